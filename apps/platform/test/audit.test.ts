import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFileDisk, readJournal } from '@traffic-tacos/journal';
import { amountMinor, DEFAULT_LIMITS, epochMs } from '@traffic-tacos/kernel';
import { auditPlatform, createPlatformTables, journalDir, viewOf, type PlatformView } from '@traffic-tacos/platform';
import { withPlatform } from '@traffic-tacos/platform/testing';

/** Long after everything, so that no payment is still within its time. */
const LATER = epochMs(Date.now() + 3_600_000);

/** A breach for each check: what is changed in what the audit sees, and the invariant that must be named. */
const PLANTED: readonly { readonly bug: string; readonly invariant: string; readonly plant: (view: PlatformView) => PlatformView }[] = [
  { bug: 'a hold whose reservation was lost', invariant: 'I4', plant: (view) => ({ ...view, reservations: () => [...view.reservations()].slice(1) }) },
  { bug: 'an order that was lost', invariant: 'I2', plant: (view) => ({ ...view, orders: () => [] }) },
  {
    bug: 'an order paid by another intent',
    invariant: 'I2',
    plant: (view) => ({ ...view, orders: () => [...view.orders()].map((order) => ({ ...order, paymentIntentId: `pay_${'0'.repeat(26)}` as const })) }),
  },
  { bug: 'a confirmed reservation whose hold is not sold', invariant: 'I2', plant: (view) => changedReservations(view, { status: 'CANCELLED' }) },
  { bug: 'a reservation of other seats than its hold', invariant: 'I2', plant: (view) => changedReservations(view, { seatIds: ['A-5'] }) },
  { bug: 'a reservation of another buyer than its hold', invariant: 'I2', plant: (view) => changedReservations(view, { userId: 'mallory' }) },
  {
    bug: 'money given back while the order stands',
    invariant: 'I3',
    plant: (view) => ({ ...view, intents: () => [...view.intents()].map((intent) => ({ ...intent, status: 'REFUNDED' as const })) }),
  },
  {
    bug: 'money kept without an order',
    invariant: 'I3',
    plant: (view) => ({ ...view, orders: () => [], intents: () => [...view.intents()].map((intent) => ({ ...intent, refundedMinor: amountMinor(0) })) }),
  },
];

test('the audit of a sold directory is green, and each planted breach makes it red with its invariant named', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5);
    const alice = await on.user('alice');
    const sold = await alice.hold('evt_1', ['A-1', 'A-2']);
    await alice.confirm(sold.id, await alice.pay(sold.id, 2000));
    await alice.hold('evt_1', ['A-3']);
    const tables = createPlatformTables(DEFAULT_LIMITS);
    await readJournal(await openFileDisk(journalDir(on.dataDir)), tables.all);
    const view = viewOf(tables, LATER);
    const green = auditPlatform(view, LATER);
    assert.deepEqual(green.breaches, []);
    assert.deepEqual(green.counted, { holds: 2, reservations: 2, orders: 1, intents: 1 });
    for (const { bug, invariant, plant } of PLANTED) {
      const named = auditPlatform(plant(view), LATER).breaches.map((breach) => breach.invariant);
      assert.ok(named.includes(invariant), `${bug}: named ${named.join() || 'nothing'}`);
    }
  }));

type Change = Partial<ReturnType<PlatformView['reservations']> extends Iterable<infer R> ? R : never>;

const changedReservations = (view: PlatformView, change: Change): PlatformView => ({
  ...view,
  reservations: () => [...view.reservations()].map((reservation) => ({ ...reservation, ...change })),
});
