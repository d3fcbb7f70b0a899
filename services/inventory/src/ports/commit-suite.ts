import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../testing/builders.ts';
import type { MakeStore, StoreUnderTest } from './inventory-store-suite.ts';

const MINUTE = 60_000;
const rsv = reservationId(1);
const ord = rsv.replace('rsv', 'ord');

/** What every store does when holds are sold, and orders given back. */
export function commitSuite(makeStore: MakeStore): void {
  const open = async (changes: object = {}): Promise<StoreUnderTest> => {
    const under = await makeStore();
    await under.store.putEvent(eventDocument({ ...SMALL_EVENT, ...changes }));
    return under;
  };
  const held = async (changes: object = {}): Promise<StoreUnderTest> => {
    const under = await open();
    await under.store.hold(holdCommand(1, changes));
    return under;
  };

  describe('commit', () => {
    it('sells what is held, once: a repeat answers the same order', async () => {
      const { store, clock } = await held();
      clock.advance(MINUTE - 1);
      const outcome = await store.commit({ reservationId: rsv });
      assert.equal(outcome.kind, 'committed');
      if (outcome.kind !== 'committed') return;
      assert.deepEqual([outcome.orderId, outcome.hold.state, outcome.hold.changedAtMs], [ord, 'committed', clock.nowMs()]);
      clock.advance(10 * MINUTE);
      const again = await store.commit({ reservationId: rsv });
      assert.deepEqual(again, { kind: 'already_committed', orderId: ord, hold: outcome.hold });
    });

    it('I5: is refused at the expiry and after it', async () => {
      const { store, clock } = await held();
      const expiredAtMs = clock.nowMs() + MINUTE;
      clock.advance(MINUTE);
      assert.deepEqual(await store.commit({ reservationId: rsv }), { kind: 'hold_expired', expiredAtMs });
      await store.expire({ reservationId: rsv });
      assert.deepEqual(await store.commit({ reservationId: rsv }), { kind: 'hold_expired', expiredAtMs });
    });

    it('is refused for a hold that was released, is not there, or is described wrongly', async () => {
      const { store } = await held();
      assert.deepEqual(await store.commit({ reservationId: rsv, userId: 'bob' }), { kind: 'hold_not_found' });
      assert.deepEqual(await store.commit({ reservationId: rsv, eventId: 'evt_other' }), { kind: 'hold_not_found' });
      assert.deepEqual(await store.commit({ reservationId: reservationId(9) }), { kind: 'hold_not_found' });
      assert.deepEqual(await store.commit({ reservationId: 'nonsense' }), { kind: 'hold_not_found' });
      await store.release({ reservationId: rsv });
      assert.deepEqual(await store.commit({ reservationId: rsv }), { kind: 'hold_released' });
    });
  });

  describe('commit with reacquire', () => {
    it('takes the same seats of an ended hold again at the frozen price, whatever the sale window says', async () => {
      const { store, clock } = await held();
      clock.advance(2 * MINUTE);
      const ends = new Date(clock.nowMs()).toISOString();
      const [first, ...rest] = SMALL_EVENT.sections;
      await store.putEvent(eventDocument({ ...SMALL_EVENT, sale_ends_at: ends, sections: [{ ...first, price: 1 }, ...rest] }));
      const outcome = await store.commit({ reservationId: rsv, reacquire: true });
      assert.equal(outcome.kind, 'committed');
      if (outcome.kind !== 'committed') return;
      assert.deepEqual([outcome.orderId, outcome.hold.isReacquired, outcome.hold.totalMinor], [ord, true, 150_000]);
      assert.equal((await store.commit({ reservationId: rsv, reacquire: true })).kind, 'already_committed');
      assert.equal((await store.readEvent('evt_small'))?.sections[0]?.sold, 1);
    });

    it('takes a pool again, also after a release, and ends the holds that are over and in its way', async () => {
      const { store, clock } = await held({ quantity: 2, section: 'FLOOR' });
      await store.release({ reservationId: rsv });
      await store.hold(holdCommand(2, { userId: 'bob', quantity: 4, section: 'FLOOR' }));
      assert.deepEqual(await store.commit({ reservationId: rsv, reacquire: true }), { kind: 'seats_gone', reason: 'taken', clashes: [] });
      clock.advance(MINUTE);
      const outcome = await store.commit({ reservationId: rsv, reacquire: true });
      assert.deepEqual(outcome.kind === 'committed' && outcome.expired, [reservationId(2)]);
      assert.equal((await store.holdStatus(reservationId(2)))?.state, 'expired');
    });

    it('is seats_gone when a seat is held, sold or blocked by now', async () => {
      const { store, clock } = await held({ seatIds: ['R-A-1', 'R-A-2', 'R-A-3'] });
      clock.advance(MINUTE);
      await store.hold(holdCommand(2, { userId: 'bob', seatIds: ['R-A-1'] }));
      await store.hold(holdCommand(3, { userId: 'bob', seatIds: ['R-A-2'] }));
      await store.commit({ reservationId: reservationId(3) });
      const [first, ...rest] = SMALL_EVENT.sections;
      await store.putEvent(eventDocument({ ...SMALL_EVENT, sections: [{ ...first, blocked: ['R-A-3'] }, ...rest] }));
      assert.deepEqual(await store.commit({ reservationId: rsv, reacquire: true }), {
        kind: 'seats_gone',
        reason: 'taken',
        clashes: [
          { seatId: 'R-A-1', state: 'held' },
          { seatId: 'R-A-2', state: 'sold' },
          { seatId: 'R-A-3', state: 'blocked' },
        ],
      });
    });

    it('obeys the purchase limit, and counts holds that are over as gone', async () => {
      const { store, clock } = await held({ seatIds: ['R-A-1', 'R-A-2'] });
      clock.advance(MINUTE);
      await store.hold(holdCommand(2, { quantity: 3, section: 'FLOOR' }));
      assert.deepEqual(await store.commit({ reservationId: rsv, reacquire: true }), { kind: 'seats_gone', reason: 'purchase_limit', clashes: [] });
      clock.advance(MINUTE);
      const outcome = await store.commit({ reservationId: rsv, reacquire: true });
      assert.deepEqual(outcome.kind === 'committed' && outcome.expired, [reservationId(2)]);
    });
  });

  describe('return', () => {
    it('frees the seats of an order, once', async () => {
      const { store } = await held();
      assert.deepEqual(await store.returnSeats({ orderId: ord }), { kind: 'order_not_found' });
      await store.commit({ reservationId: rsv });
      assert.deepEqual(await store.returnSeats({ orderId: ord, userId: 'bob' }), { kind: 'order_not_found' });
      const outcome = await store.returnSeats({ orderId: ord });
      assert.equal(outcome.kind, 'returned');
      assert.equal((await store.hold(holdCommand(2, { userId: 'bob' }))).kind, 'held');
      assert.equal((await store.returnSeats({ orderId: ord })).kind, 'already_returned');
      assert.deepEqual(await store.commit({ reservationId: rsv, reacquire: true }), { kind: 'hold_returned' });
      assert.equal((await store.holdStatus(reservationId(2)))?.state, 'held');
    });

    it('gives the buyer room for new places', async () => {
      const { store } = await held({ quantity: 4, section: 'FLOOR' });
      await store.commit({ reservationId: rsv });
      assert.equal((await store.hold(holdCommand(2, { quantity: 1 }))).kind, 'purchase_limit_exceeded');
      await store.returnSeats({ orderId: ord });
      assert.equal((await store.hold(holdCommand(2, { quantity: 1 }))).kind, 'held');
    });
  });
}
