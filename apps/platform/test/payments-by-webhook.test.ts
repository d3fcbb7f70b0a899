import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadOrCreateKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { eventLoop, openJournal } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, present, SeededRandom, withPrefix, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createLogger, newWebhookSecret, readWebhookSecret, signWebhook, type WebhookSecrets } from '@traffic-tacos/kit';
import type { Intent, PaymentWebhooks } from '@traffic-tacos/payment';
import { ManualScheduler } from '@traffic-tacos/payment/testing';
import { testOptions } from '@traffic-tacos/platform/testing';
import { cancelReservation, holdSeats } from '@traffic-tacos/reservation';
import { auditPlatform } from '../src/audit/audit-platform.ts';
import { viewOf } from '../src/audit/view.ts';
import { createServices } from '../src/services.ts';
import { createPlatformTables, type PlatformTables } from '../src/tables.ts';

/** Another number with `TACOS_TEST_PAYMENTS`. */
const PAYMENTS = Number(process.env['TACOS_TEST_PAYMENTS'] ?? 10_000);
const TRACE = 'a'.repeat(32);
const SECRETS: WebhookSecrets = [present(readWebhookSecret(newWebhookSecret()), 'a secret')];
const SCENARIOS = ['APPROVE', 'FAIL', 'DELAY', 'RANDOM', 'TIMEOUT'] as const;
type Post = PaymentWebhooks['poster']['post'];

async function makeKeys() {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-mixed-'));
  try {
    return await loadOrCreateKeys(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Every service over one journal; results get from payments to reservations by webhooks only, over a network that loses, repeats and reorders them. */
async function open(seed: number, payments: number, isDeaf: boolean) {
  const draws = new SeededRandom(seed);
  const logger = createLogger({ service: 'test', level: 'silent', destination: 2 });
  const limits = { ...DEFAULT_LIMITS, holdRows: 4 * payments, reservationRows: 4 * payments, orderRows: 4 * payments };
  const tables = createPlatformTables(limits);
  const time = new ManualTimeSource();
  const disk = new SimDisk({ seed });
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits, time, scheduler: eventLoop, random: new SeededRandom(seed) });
  const ignore = (): void => undefined;
  const scheduler = new ManualScheduler(clock);
  const ground = {
    tables, journal, disk, clock, random: new SeededRandom(seed + 1), keys: await makeKeys(), issuerUrl: 'http://gateway.test', onBroken: (cause: unknown) => assert.fail(String(cause)),
    webhooks: { secrets: SECRETS, poster: { post: (message: Parameters<Post>[0]) => post(message), close: ignore }, onFailure: ignore },
    instead: { timers: { expiry: { after: () => ignore }, payments: scheduler } },
  };
  const services = createServices(ground, { ...testOptions('', { logger }), limits }, logger);
  const parsed = parseEvent({ id: 'evt_1', name: 'One', currency: 'KRW', purchase_limit: 100, sections: [{ id: 'F', name: 'F', price: 1000, capacity: payments }] }, limits);
  assert.ok(parsed.kind === 'valid');
  await services.inventory.store.putEvent(parsed.event);
  const route = present(services.gateway.routes.find(({ path }) => path === '/api/v1/webhooks/payment'), 'the route');
  const seen = { accepted: 0, repeated: 0, lost: 0 };

  const deliver = async ({ webhookId, body }: Parameters<Post>[0]): Promise<boolean> => {
    const bytes = Buffer.from(body);
    const headers = signWebhook(SECRETS[0], { id: webhookId, timestampSeconds: Math.floor(clock.wallMs() / 1000), body: bytes });
    const answer = await route.handle({ params: {}, query: {}, body: { bytes }, caller: undefined, idempotencyKey: undefined, traceId: TRACE, address: '127.0.0.1', header: (name) => headers[name] });
    return 'status' in answer;
  };
  const post: Post = async (message) => {
    for (let turns = draws.below(20); turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve));
    if (isDeaf) return { kind: 'accepted' };
    const luck = draws.below(10);
    if (luck === 0) {
      seen.lost++;
      return { kind: 'unreachable', reason: 'the network lost it' };
    }
    const isAccepted = await deliver(message);
    if (luck <= 2) {
      seen.repeated++;
      await Promise.all([deliver(message), deliver(message)]);
    }
    // It arrived, and its sender never hears of it.
    if (luck === 3) return { kind: 'unreachable', reason: 'the answer was lost' };
    if (isAccepted) seen.accepted++;
    return isAccepted ? { kind: 'accepted' } : { kind: 'refused', status: 500 };
  };
  const pass = async (ms: number): Promise<void> => {
    time.advance(ms);
    await scheduler.wakeDue();
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => void setImmediate(resolve));
  };
  return { ...services, context: services.reservation.context, tables, clock, draws, pass, seen };
}

/** Plays a sale in which everything happens to payments, until every message has arrived. */
async function play(payments: number, isDeaf = false) {
  const world = await open(20_261_120, payments, isDeaf);
  const { context, payment, draws, pass, tables, clock } = world;
  payment.start();
  const intents: PaymentIntentId[] = [];
  const pay = async (reservationId: ReservationId, userId: string, key: string): Promise<void> => {
    const scenario = present(SCENARIOS[draws.below(SCENARIOS.length)], 'a scenario');
    const made = await payment.useCases.createIntent({ userId, traceId: TRACE, idempotencyKey: key, reservationId, amountMinor: 1000, currency: 'KRW', scenario, method: undefined });
    assert.ok(made.kind === 'created', made.kind);
    intents.push(made.intent.id);
  };
  for (let i = 0; i < payments; i++) {
    const userId = `u${i % 97}`;
    const held = await holdSeats(context, { userId, traceId: TRACE, idempotencyKey: `h${i}`, eventId: 'evt_1', seatIds: undefined, quantity: 1, section: undefined, reservationToken: undefined });
    if (held.kind !== 'created') continue;
    const { id: reservationId } = held.reservation;
    await pay(reservationId, userId, 'one');
    const odd = draws.below(10);
    if (odd === 0) await pay(reservationId, userId, 'two');
    if (odd === 1) await cancelReservation(context, { reservationId, userId, traceId: TRACE, idempotencyKey: undefined });
    if (i % 50 === 49) await pass(200);
  }
  await pass(60_000);
  // Holds are over by now: what is captured from here on is late.
  for (const intentId of intents) {
    const luck = draws.below(10);
    const target = (['COMPLETED', 'FAILED', 'REFUNDED'] as const)[luck];
    if (target !== undefined) await payment.useCases.simulateWebhook({ intentId, target, delaySeconds: draws.below(30), forceTrigger: draws.below(2) === 0 });
    if (luck === 5) await payment.calls.refund(intentId, 'requested');
  }
  // A message that the network fails six times in a row waits for half an hour before the next attempt, and later for hours.
  for (let round = 0; round < 1_500 && tables.payment.deliveries.queued > 0; round++) await pass(round < 200 ? 5_000 : 60_000);
  assert.equal(tables.payment.deliveries.queued + tables.payment.deliveries.dead, 0, 'every message has arrived');
  await pass(900_000);
  await payment.stop();
  const ends = new Set([...payment.intents()].map(({ status }) => status));
  const unaccounted = [...payment.intents()].filter((intent) => !isAccountedFor(intent, tables));
  return { ends, seen: world.seen, unaccounted, breaches: auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs()).breaches };
}

/** What was captured and did not go back is what the standing order that it paid for is worth, else nothing: reckoned here by itself, whatever the audit says. */
function isAccountedFor({ id, reservationId, status, amountMinor, refundedMinor }: Intent, { reservation }: PlatformTables): boolean {
  const captured = status === 'COMPLETED' || status === 'REFUNDED' ? amountMinor : 0;
  const order = reservation.orders.read(withPrefix('ord', reservationId));
  const isItsOrder = order?.status === 'CONFIRMED' && order.paymentIntentId === id;
  const worth = isItsOrder ? (reservation.reservations.read(reservationId)?.totalMinor ?? 0) - refundedMinor : 0;
  return captured - refundedMinor === worth;
}

test('I3, I6: payments of mixed scenarios, cancelled, late, twice and refunded, whose webhooks are lost, repeated, reordered and delayed, end with the audit green', async () => {
  const { ends, seen, unaccounted, breaches } = await play(PAYMENTS);
  assert.deepEqual(unaccounted, []);
  assert.deepEqual(breaches, []);
  for (const status of ['COMPLETED', 'FAILED', 'EXPIRED', 'REFUNDED'] as const) assert.ok(ends.has(status), status);
  for (const [what, times] of Object.entries(seen)) assert.ok(times > PAYMENTS / 50, `${what} ${times}`);
});

test('a receiver that says yes and does nothing turns the audit red', async () => {
  const { unaccounted, breaches } = await play(100, true);
  assert.ok(unaccounted.length > 0);
  assert.ok(breaches.some(({ invariant }) => invariant === 'I3'), JSON.stringify(breaches.slice(0, 3)));
});
