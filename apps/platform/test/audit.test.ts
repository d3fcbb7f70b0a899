import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoldState } from '@traffic-tacos/inventory';
import { openFileDisk, readJournal } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, durationMs, epochMs, type EpochMs } from '@traffic-tacos/kernel';
import { auditPlatform, createPlatformTables, journalDir, PAYMENT_GRACE_MS, viewOf, type PlatformView } from '@traffic-tacos/platform';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import type { ReservationStatus } from '@traffic-tacos/reservation';
import { pairOf, partlyRefunded, PLANTED_BREACHES, withoutOrders } from './planted-breaches.ts';

const AT_ONCE = durationMs(0);

/** What one process can leave behind, whatever happens to it. All other pairs are half an entry. */
const RIGHT_PAIRS: Readonly<Record<ReservationStatus, readonly HoldState[]>> = {
  HOLD: ['held', 'expired'],
  CONFIRMED: ['committed'],
  CANCELLED: ['released'],
  EXPIRED: ['expired'],
  FAILED: ['released', 'expired'],
  REFUNDED: ['returned'],
};
const STATUSES = Object.keys(RIGHT_PAIRS) as readonly ReservationStatus[];
const STATES: readonly HoldState[] = ['held', 'committed', 'released', 'expired', 'returned'];

test('the audit of a directory with a sold, a held, a cancelled and a refunded reservation is green, and each planted breach makes it red with its invariant named', () =>
  withSale(({ view, nowMs }) => {
    const green = auditPlatform(view, nowMs, AT_ONCE);
    assert.deepEqual(green, { breaches: [], waiting: [], counted: { holds: 4, reservations: 4, orders: 2, intents: 2 } });
    for (const { bug, invariant, detail, plant } of PLANTED_BREACHES) {
      const { breaches } = auditPlatform(plant(view), nowMs, AT_ONCE);
      const isNamed = breaches.some((breach) => breach.invariant === invariant && detail.test(breach.detail));
      assert.ok(isNamed, `${bug}: ${JSON.stringify(breaches, null, 2)}`);
    }
  }));

test('I3: a partial refund lowers what the order is worth, and is no breach', () =>
  withSale(({ view, nowMs }) => assert.deepEqual(auditPlatform(partlyRefunded(view), nowMs, AT_ONCE).breaches, [])));

test('I2, I5: of all pairs of a reservation\'s status and its hold\'s state only those are green that one process can leave', () =>
  withSale(({ view, heldId }) => {
    const [held] = [...view.reservations()].filter(({ id }) => id === heldId);
    const overMs = held?.holdExpiresAtMs ?? assert.fail();
    for (const status of STATUSES) {
      for (const state of STATES) {
        const pair = pairOf(view, heldId, { status }, { state, changedAtMs: overMs });
        assert.equal(isGreenPair(pair, heldId, overMs), RIGHT_PAIRS[status].includes(state), `${status} and ${state}`);
      }
    }
  }));

test('I5: a reservation by record HOLD may have an expired hold from its instant on, not a millisecond before', () =>
  withSale(({ view, heldId }) => {
    const [held] = [...view.reservations()].filter(({ id }) => id === heldId);
    const overMs = held?.holdExpiresAtMs ?? assert.fail();
    const early = epochMs(overMs - 1);
    assert.ok(isGreenPair(pairOf(view, heldId, {}, { state: 'expired', changedAtMs: overMs }), heldId, overMs));
    assert.ok(!isGreenPair(pairOf(view, heldId, {}, { state: 'expired', changedAtMs: overMs }), heldId, early));
    assert.ok(!isGreenPair(pairOf(view, heldId, {}, { state: 'expired', changedAtMs: early }), heldId, overMs));
  }));

test('I3: a payment may wait for what it is for as long as its grace, and no millisecond longer', () =>
  withSale(({ view }) => {
    const lost = withoutOrders(view);
    const [intent] = [...lost.intents()].filter(({ status }) => status === 'COMPLETED');
    const capturedAtMs = intent?.changedAtMs ?? assert.fail();
    const of = (afterMs: number, graceMs = PAYMENT_GRACE_MS) => {
      const { breaches, waiting } = auditPlatform(lost, epochMs(capturedAtMs + afterMs), graceMs);
      return [waiting, breaches].map((list) => list.filter(({ invariant }) => invariant === 'I3').length);
    };
    assert.deepEqual(of(0), [1, 0]);
    assert.deepEqual(of(4_999), [1, 0]);
    assert.deepEqual(of(5_000), [0, 1]);
    assert.deepEqual(of(0, AT_ONCE), [0, 1]);
  }));

interface Sale {
  /** Read from disk, as a tool reads it. */
  readonly view: PlatformView;
  readonly nowMs: EpochMs;
  readonly heldId: string;
}

/** A directory with one reservation each that is sold, held, cancelled and refunded. */
const withSale = (body: (sale: Sale) => void): Promise<void> =>
  withPlatform(async (on) => {
    await on.event('evt_1', 6);
    const alice = await on.user('alice');
    const sold = await alice.hold('evt_1', ['A-1', 'A-2']);
    await alice.confirm(sold.id, await alice.pay(sold.id, 2000));
    const held = await alice.hold('evt_1', ['A-3']);
    await alice.cancel((await alice.hold('evt_1', ['A-4'])).id);
    await refundedOrder(on);
    const tables = createPlatformTables(DEFAULT_LIMITS);
    await readJournal(openFileDisk(journalDir(on.dataDir)), tables.all);
    const nowMs = on.platform.nowMs();
    body({ view: viewOf(tables, nowMs), nowMs, heldId: held.id });
  });

async function refundedOrder(on: TestPlatform): Promise<void> {
  const bob = await on.user('bob');
  const { id } = await bob.hold('evt_1', ['A-5']);
  const intentId = await bob.pay(id, 1000);
  await bob.confirm(id, intentId);
  const admin = await on.user('root', 'admin');
  const refund = await admin.post('payment', `/v1/payments/intents/${intentId}/refund`, {});
  assert.equal(refund.status, 200, refund.text);
  const deadline = performance.now() + 30_000;
  while ((await bob.get('reservation', `/v1/reservations/${id}`)).body['status'] !== 'REFUNDED') assert.ok(performance.now() < deadline, 'not refunded');
}

const isGreenPair = (view: PlatformView, id: string, nowMs: EpochMs): boolean =>
  !auditPlatform(view, nowMs, AT_ONCE).breaches.some(({ subject, detail }) => subject === id && /^is \w+ and its hold \w+$/.test(detail));
