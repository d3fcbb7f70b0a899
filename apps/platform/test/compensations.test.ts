import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMs, type ReservationId } from '@traffic-tacos/kernel';
import type { CompensationKind } from '@traffic-tacos/worker';
import { directEffects } from '../src/direct/worker-effects.ts';
import { HOLD_MS, runByWorker, TRACE, type Run } from './support/run-by-worker.ts';

const effectsOf = ({ payment, context, units, clock, tables }: Run) => directEffects({ payment: () => payment, context: () => context, units, ids: tables.worker.applied, clock });

async function running(body: (run: Run) => Promise<void>, isGreen = true): Promise<void> {
  const run = await runByWorker();
  try {
    await body(run);
    if (isGreen) run.assertGreen();
  } finally {
    await run.stop();
  }
}

const wish = (kind: CompensationKind, reservationId: ReservationId, paymentIntentId?: `pay_${string}`) => ({ kind, reservationId, paymentIntentId, traceId: TRACE });
const ORPHAN: ReservationId = `rsv_0${'1'.repeat(25)}`;
const NOBODY: ReservationId = `rsv_${'0'.repeat(26)}`;

describe('what failed half-way', () => {
  it('seats that nobody owns are released, and those of a buyer are not', () =>
    running(async (run) => {
      const { compensate } = effectsOf(run);
      const id = await run.hold();
      assert.equal((await compensate(wish('release_seats', id))).kind, 'must_not_be_undone');
      // A hold whose reservation was never written: a process died between the two.
      const orphan = await run.seats.hold({
        reservationId: ORPHAN, eventId: 'evt_1', userId: 'bob', seatIds: ['A-2'], quantity: 1, section: undefined, holdForMs: durationMs(HOLD_MS), expiresAtUpperBoundMs: undefined,
        admission: 'none',
      });
      assert.equal((await run.units.run(orphan)).kind, 'held');
      assert.deepEqual(await compensate(wish('cleanup_orphaned', ORPHAN)), { kind: 'done' });
      const next = await run.hold('bob', 'A-2');
      // Once more changes nothing, least of all for the next owner.
      await compensate(wish('cleanup_orphaned', ORPHAN));
      assert.equal(run.statusOf(next), 'HOLD');
      // In one process no hold is ever without its reservation, so the audit does not like this one.
    }, false));

  it('I3: a captured payment goes back where there is no order for it, and pays for the one that there is', () =>
    running(async (run) => {
      const { compensate } = effectsOf(run);
      const id = await run.hold();
      assert.deepEqual(await compensate(wish('refund_payment', id, `pay_${'0'.repeat(26)}`)), { kind: 'nothing_to_do' });
      const paid = await run.pay(id);
      await run.pass(1_000);
      assert.equal((await compensate(wish('refund_payment', id, paid))).kind, 'must_not_be_undone');
      assert.equal((await compensate(wish('refund_payment', NOBODY, paid))).kind, 'reservation_not_found');
      assert.deepEqual([run.statusOf(id), run.paymentOf(paid)], ['CONFIRMED', 'COMPLETED']);
    }));

  it('a reservation is cancelled, once, unless it is paid for', () =>
    running(async (run) => {
      const { compensate } = effectsOf(run);
      const id = await run.hold();
      assert.deepEqual(await compensate(wish('cancel_reservation', id)), { kind: 'done' });
      assert.equal(run.statusOf(id), 'CANCELLED');
      const paid = await run.hold('alice', 'A-2');
      await run.pay(paid);
      await run.pass(1_000);
      assert.equal((await compensate(wish('cancel_reservation', paid))).kind, 'must_not_be_undone');
      assert.deepEqual(await compensate(wish('cancel_reservation', NOBODY)), { kind: 'reservation_not_found' });
    }));
});

describe('a wake-up', () => {
  it('S10: ends no hold before its instant, ends it at that, and does nothing twice or after a resale', () =>
    running(async (run) => {
      const { endHold } = effectsOf(run);
      const id = await run.hold();
      run.time.advance(HOLD_MS - 1);
      assert.deepEqual(await endHold(id, TRACE), { kind: 'nothing_to_do' });
      run.time.advance(1);
      assert.deepEqual(await endHold(id, TRACE), { kind: 'done', seatIds: ['A-1'] });
      assert.deepEqual(await endHold(id, TRACE), { kind: 'nothing_to_do' });
      const next = await run.hold('bob');
      run.time.advance(59_000);
      assert.deepEqual(await endHold(id, TRACE), { kind: 'nothing_to_do' });
      assert.equal(run.statusOf(next), 'HOLD');
      assert.deepEqual(await endHold(NOBODY, TRACE), { kind: 'reservation_not_found' });
    }));
});
