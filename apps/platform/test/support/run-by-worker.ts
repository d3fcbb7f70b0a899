import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateKeys, type SigningKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { eventLoop, openJournal, Units } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { addMs, DEFAULT_LIMITS, durationMs, present, SeededRandom, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createLogger, createMetrics } from '@traffic-tacos/kit';
import { ManualScheduler } from '@traffic-tacos/payment/testing';
import { testOptions } from '@traffic-tacos/platform/testing';
import { holdSeats } from '@traffic-tacos/reservation';
import { auditPlatform, viewOf } from '../../src/index.ts';
import { createServices, type Instead } from '../../src/services.ts';
import { createPlatformTables } from '../../src/tables.ts';

export const TRACE = 'a'.repeat(32);
export const HOLD_MS = 60_000;
const EVENT = {
  id: 'evt_1', name: 'One', currency: 'KRW', purchase_limit: 100, sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2'] }],
};
const KEYS = await makeKeys();

export interface RunOptions {
  readonly failedPolicy?: 'keep' | 'release';
  readonly instead?: Instead;
  readonly disk?: SimDisk;
  readonly time?: ManualTimeSource;
}

export type Run = Awaited<ReturnType<typeof runByWorker>>;

/** Every service, relay and worker over one journal, as they run, in the time of the test. No client ever confirms, and no webhook is sent. */
export async function runByWorker({ failedPolicy = 'keep', instead = {}, disk = new SimDisk({ seed: 1 }), time = new ManualTimeSource() }: RunOptions = {}) {
  const logger = createLogger({ service: 'test', level: 'silent', destination: 2 });
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const { journal, clock, found } = await openJournal({ disk, tables: tables.all, limits: DEFAULT_LIMITS, time, scheduler: eventLoop, random: new SeededRandom(1) });
  const scheduler = new ManualScheduler(clock);
  const metrics = createMetrics({ processMetrics: false });
  // Holds are looked at once a second: a wake-up may be late, and a test of minutes has so many fewer of them.
  const after = (ms: number, run: () => void): (() => void) => scheduler.at(addMs(clock.nowMs(), durationMs(Math.max(ms, 1_000))), run);
  const timers = { expiry: { after }, payments: scheduler };
  const ground = {
    tables, journal, disk, clock, random: new SeededRandom(found.lastSequence + 2), keys: KEYS, issuerUrl: 'http://gateway.test', metrics,
    onBroken: (cause: unknown) => assert.fail(String(cause)), instead: { timers, ...instead },
  };
  const options = testOptions('', { logger });
  const services = createServices(ground, { ...options, payment: { ...options.payment, failedPolicy } }, logger);
  const { inventory, reservation, payment, worker, relay } = services;
  const { context } = reservation;
  inventory.start();
  if (found.kind === 'first_start') await inventory.store.putEvent(eventDocument());
  reservation.start({ onExpiry: () => undefined, onFailure: (cause) => assert.fail(String(cause)) });
  payment.start();
  worker.start();
  relay.start();

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  const pass = async (ms: number): Promise<void> => {
    const endMs = clock.nowMs() + ms;
    await settle();
    for (let nextMs = scheduler.instants[0]; nextMs !== undefined && nextMs <= endMs; nextMs = scheduler.instants[0]) {
      time.advance(Math.max(0, nextMs - clock.nowMs()));
      await scheduler.wakeDue();
      await settle();
    }
    time.advance(Math.max(0, endMs - clock.nowMs()));
  };
  const hold = async (userId = 'alice', seatId = 'A-1'): Promise<ReservationId> => {
    const command = { userId, traceId: TRACE, idempotencyKey: `${userId} ${seatId}`, eventId: EVENT.id, seatIds: [seatId], quantity: 1, section: undefined, reservationToken: undefined };
    const outcome = await holdSeats(context, command);
    assert.ok(outcome.kind === 'created', outcome.kind);
    return outcome.reservation.id;
  };
  const pay = async (reservationId: ReservationId, scenario: 'APPROVE' | 'FAIL' | 'DELAY' = 'APPROVE', key: string = scenario): Promise<PaymentIntentId> => {
    const facts = { userId: 'alice', traceId: TRACE, idempotencyKey: key, reservationId, amountMinor: 1000, currency: 'KRW' };
    const outcome = await payment.useCases.createIntent({ ...facts, scenario, method: undefined });
    assert.ok(outcome.kind === 'created', outcome.kind);
    return outcome.intent.id;
  };
  const stop = async (): Promise<void> => {
    await relay.stop();
    await worker.stop();
    await Promise.all([reservation.stop(), payment.stop(), inventory.stop()]);
  };
  return {
    ...services, context, seats: context.seats, units: new Units(journal, DEFAULT_LIMITS.decideAttempts), tables, time, clock, journal, metrics, disk, settle, pass, hold, pay, stop,
    statusOf: (id: ReservationId) => present(tables.reservation.reservations.read(id), 'the reservation').status,
    paymentOf: (id: PaymentIntentId) => present(tables.payment.intents.find(id), 'the payment').status,
    refund: (intentId: PaymentIntentId, amountMinor?: number) =>
      payment.useCases.refundIntent({ callerId: 'root', intentId, reason: 'requested', amountMinor, currency: undefined, idempotencyKey: amountMinor === undefined ? undefined : 'part' }),
    /** Nobody is owed anything, and nothing is sold twice. */
    assertGreen: () => {
      const { breaches, waiting } = auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs());
      assert.deepEqual([breaches, waiting], [[], []]);
    },
    /** The next process, on what a crash leaves of the disk. */
    next: () => runByWorker({ failedPolicy, instead, disk: disk.killed(2), time }),
  };
}

function eventDocument() {
  const parsed = parseEvent(EVENT, DEFAULT_LIMITS);
  assert.ok(parsed.kind === 'valid');
  return parsed.event;
}

async function makeKeys(): Promise<SigningKeys> {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-worker-'));
  try {
    return await loadOrCreateKeys(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}
