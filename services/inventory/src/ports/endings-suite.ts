import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../testing/builders.ts';
import type { MakeStore, StoreUnderTest } from './inventory-store-suite.ts';

const MINUTE = 60_000;
const rsv = reservationId(1);

/** What every store does when holds are released, expire, or are extended. */
export function endingsSuite(makeStore: MakeStore): void {
  const held = async (changes: object = {}): Promise<StoreUnderTest> => {
    const under = await makeStore();
    await under.store.putEvent(eventDocument(SMALL_EVENT));
    await under.store.hold(holdCommand(1, changes));
    return under;
  };

  describe('release', () => {
    it('frees the places at once; a repeat answers the same', async () => {
      const { store } = await held();
      assert.deepEqual(await store.release({ reservationId: rsv, userId: 'bob' }), { kind: 'hold_not_found' });
      const outcome = await store.release({ reservationId: rsv });
      assert.equal(outcome.kind, 'released');
      const again = await store.release({ reservationId: rsv });
      assert.deepEqual(again, { kind: 'already_released', hold: outcome.kind === 'released' && outcome.hold });
      assert.equal((await store.hold(holdCommand(2, { userId: 'bob' }))).kind, 'held');
    });

    it('S9: of a hold that is over never touches the next owner of the seat', async () => {
      const { store, clock } = await held();
      clock.advance(MINUTE);
      const next = await store.hold(holdCommand(2, { userId: 'bob' }));
      assert.deepEqual(next.kind === 'held' && next.expired, [rsv]);
      assert.equal((await store.release({ reservationId: rsv })).kind, 'hold_expired');
      assert.equal((await store.expire({ reservationId: rsv })).kind, 'already_expired');
      assert.equal((await store.holdStatus(reservationId(2)))?.state, 'held');
      assert.equal((await store.hold(holdCommand(3, { userId: 'carol' }))).kind, 'seat_unavailable');
    });

    it('is refused after a commit, and after a return', async () => {
      const { store } = await held();
      await store.commit({ reservationId: rsv });
      assert.deepEqual(await store.release({ reservationId: rsv }), { kind: 'already_committed' });
      await store.returnSeats({ orderId: rsv.replace('rsv', 'ord') });
      assert.deepEqual(await store.release({ reservationId: rsv }), { kind: 'hold_returned' });
      assert.deepEqual(await store.release({ reservationId: reservationId(7) }), { kind: 'hold_not_found' });
    });
  });

  describe('expire', () => {
    it('S10: early it does nothing, at the expiry it frees, twice it does nothing', async () => {
      const { store, clock } = await held();
      const expiresAtMs = clock.nowMs() + MINUTE;
      clock.advance(MINUTE - 1);
      assert.deepEqual(await store.expire({ reservationId: rsv }), { kind: 'not_due', expiresAtMs });
      assert.deepEqual(await store.dueHolds(10), []);
      assert.equal((await store.hold(holdCommand(2, { userId: 'bob' }))).kind, 'seat_unavailable');
      clock.advance(1);
      assert.deepEqual(await store.dueHolds(10), [rsv]);
      assert.equal((await store.expire({ reservationId: rsv })).kind, 'expired');
      assert.equal((await store.expire({ reservationId: rsv })).kind, 'already_expired');
      assert.deepEqual(await store.dueHolds(10), []);
    });

    it('S10: without any wake-up a hold reads expired and its places are free from its instant on', async () => {
      const { store, clock } = await held({ quantity: 4, section: 'FLOOR' });
      clock.advance(MINUTE - 1);
      assert.deepEqual([(await store.holdStatus(rsv))?.state, (await store.readEvent('evt_small'))?.remaining], ['held', 6]);
      clock.advance(1);
      assert.deepEqual([(await store.holdStatus(rsv))?.state, (await store.readEvent('evt_small'))?.remaining], ['expired', 10]);
      const outcome = await store.hold(holdCommand(2, { userId: 'bob', quantity: 3, section: 'FLOOR' }));
      assert.deepEqual(outcome.kind === 'held' && outcome.expired, [rsv]);
    });

    it('is a no-op on a hold that was committed or released', async () => {
      const { store, clock } = await held();
      await store.hold(holdCommand(2, { seatIds: ['S1'] }));
      await store.commit({ reservationId: rsv });
      await store.release({ reservationId: reservationId(2) });
      clock.advance(MINUTE);
      assert.deepEqual(await store.expire({ reservationId: rsv }), { kind: 'already_committed' });
      assert.deepEqual(await store.expire({ reservationId: reservationId(2) }), { kind: 'hold_released' });
      assert.deepEqual(await store.dueHolds(10), []);
    });

    it('gives due holds in portions until none is left', async () => {
      const { store, clock } = await held();
      await store.hold(holdCommand(2, { seatIds: ['S1'] }));
      await store.hold(holdCommand(3, { seatIds: ['R-A-2', 'S2'] }));
      clock.advance(MINUTE);
      const seen: string[] = [];
      for (let due = await store.dueHolds(2); due.length > 0; due = await store.dueHolds(2)) {
        assert.ok(due.length <= 2);
        for (const reservation of due) {
          seen.push(reservation);
          await store.expire({ reservationId: reservation });
        }
      }
      assert.deepEqual(seen.sort(), [reservationId(1), reservationId(2), reservationId(3)].sort());
    });
  });

  describe('extend', () => {
    it('moves the expiry once; the same again answers the same, another length is refused', async () => {
      const { store, clock } = await held();
      const expiresAtMs = clock.nowMs() + MINUTE + 30_000;
      const outcome = await store.extend({ reservationId: rsv, extendByMs: 30_000 });
      assert.deepEqual(outcome.kind === 'extended' && outcome.hold.expiresAtMs, expiresAtMs);
      clock.advance(MINUTE);
      const again = await store.extend({ reservationId: rsv, extendByMs: 30_000 });
      assert.deepEqual(again.kind === 'already_extended' && again.hold.expiresAtMs, expiresAtMs);
      assert.deepEqual(await store.extend({ reservationId: rsv, extendByMs: 10_000 }), {
        kind: 'extension_not_allowed',
        extendedByMs: 30_000,
        mostMs: MINUTE,
      });
      assert.deepEqual(await store.dueHolds(10), []);
      clock.set(expiresAtMs);
      assert.deepEqual(await store.dueHolds(10), [rsv]);
      assert.deepEqual(await store.extend({ reservationId: rsv, extendByMs: 30_000 }), { kind: 'hold_expired', expiredAtMs: expiresAtMs });
    });

    it('refuses lengths outside 1 ms to the greatest allowed, and holds that are no more', async () => {
      const { store } = await held();
      for (const extendByMs of [0, -1, 1.5, MINUTE + 1]) {
        assert.equal((await store.extend({ reservationId: rsv, extendByMs })).kind, 'extension_not_allowed');
      }
      assert.equal((await store.extend({ reservationId: rsv, extendByMs: MINUTE })).kind, 'extended');
      await store.commit({ reservationId: rsv });
      assert.deepEqual(await store.extend({ reservationId: rsv, extendByMs: MINUTE }), { kind: 'already_committed' });
      await store.hold(holdCommand(2, { seatIds: ['S1'] }));
      await store.release({ reservationId: reservationId(2) });
      assert.deepEqual(await store.extend({ reservationId: reservationId(2), extendByMs: 1 }), { kind: 'hold_released' });
      assert.deepEqual(await store.extend({ reservationId: reservationId(3), extendByMs: 1 }), { kind: 'hold_not_found' });
    });
  });
}
