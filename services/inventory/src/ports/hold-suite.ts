import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../testing/builders.ts';
import type { MakeStore, StoreUnderTest } from './inventory-store-suite.ts';

const MINUTE = 60_000;

/** What every store does when places are asked for. */
export function holdSuite(makeStore: MakeStore): void {
  const open = async (changes: object = {}): Promise<StoreUnderTest> => {
    const under = await makeStore();
    await under.store.putEvent(eventDocument({ ...SMALL_EVENT, ...changes }));
    return under;
  };

  describe('hold', () => {
    it('I5: keeps named seats until the expiry, with the total of their prices', async () => {
      const { store, clock } = await open();
      const now = clock.nowMs();
      const outcome = await store.hold(holdCommand(1, { seatIds: ['S2', 'R-A-1'] }));
      assert.equal(outcome.kind, 'held');
      if (outcome.kind !== 'held') return;
      assert.deepEqual(outcome.expired, []);
      assert.deepEqual(
        { ...outcome.hold },
        {
          reservationId: reservationId(1),
          eventId: 'evt_small',
          userId: 'alice',
          state: 'held',
          sectionId: undefined,
          seatIds: ['S2', 'R-A-1'],
          quantity: 2,
          askedFor: 'seats',
          isSectionAsked: false,
          createdAtMs: now,
          expiresAtMs: now + MINUTE,
          extendedByMs: 0,
          changedAtMs: now,
          isReacquired: false,
          standsAlone: false,
          totalMinor: 270_000,
          currency: 'KRW',
        },
      );
      assert.deepEqual(await store.holdStatus(reservationId(1)), outcome.hold);
    });

    it('I2: refuses all seats when one is taken, and names every one that is', async () => {
      const { store } = await open({ sections: [...SMALL_EVENT.sections, { id: 'B', price: 1, seat_ids: ['B1'], blocked: ['B1'] }] });
      await store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
      await store.hold(holdCommand(2, { seatIds: ['R-A-2'] }));
      await store.commit({ reservationId: reservationId(2) });
      assert.deepEqual(await store.hold(holdCommand(3, { userId: 'bob', seatIds: ['R-A-1', 'R-A-2', 'R-A-3', 'B1'] })), {
        kind: 'seat_unavailable',
        clashes: [
          { seatId: 'R-A-1', state: 'held' },
          { seatId: 'R-A-2', state: 'sold' },
          { seatId: 'B1', state: 'blocked' },
        ],
      });
      assert.equal((await store.hold(holdCommand(4, { userId: 'bob', seatIds: ['R-A-3'] }))).kind, 'held');
    });

    it('S7: a repeat of the same command answers what the first did, and takes nothing more', async () => {
      const { store } = await open();
      const command = holdCommand(1, { seatIds: ['R-A-1', 'R-A-2'], section: 'R' });
      const first = await store.hold(command);
      const again = await store.hold(command);
      assert.deepEqual([first.kind, again.kind], ['held', 'exists']);
      assert.deepEqual('hold' in again && again.hold, 'hold' in first && first.hold);
      assert.equal((await store.readEvent('evt_small'))?.remaining, 8);
    });

    it('names the first field in which a repeat differs', async () => {
      const { store } = await open();
      await store.hold(holdCommand(1, { seatIds: ['R-A-1', 'R-A-2'] }));
      await store.hold(holdCommand(2, { quantity: 2, section: 'FLOOR' }));
      const kindOf = async (n: number, changes: object): Promise<string> => (await store.hold(holdCommand(n, changes))).kind;
      assert.equal(await kindOf(1, { eventId: 'evt_other', seatIds: ['X'] }), 'exists_with_different_event');
      assert.equal(await kindOf(1, { userId: 'bob', seatIds: ['X'] }), 'exists_with_different_user');
      assert.equal(await kindOf(1, { seatIds: ['R-A-1', 'R-A-3'] }), 'exists_with_different_seats');
      assert.equal(await kindOf(1, { quantity: 2 }), 'exists_with_different_seats');
      assert.equal(await kindOf(1, { seatIds: ['R-A-1', 'R-A-2'], section: 'R' }), 'exists_with_different_section');
      assert.equal(await kindOf(2, { quantity: 3, section: 'FLOOR' }), 'exists_with_different_quantity');
      assert.equal(await kindOf(2, { quantity: 2 }), 'exists_with_different_section');
      assert.equal(await kindOf(1, { seatIds: ['R-A-2', 'R-A-1'] }), 'exists');
    });

    it('answers not found for events, sections and seats that do not exist, and creates none', async () => {
      const { store } = await open();
      assert.deepEqual(await store.hold(holdCommand(1, { eventId: 'evt_none' })), { kind: 'event_not_found' });
      assert.deepEqual(await store.hold(holdCommand(1, { quantity: 1, section: 'X' })), { kind: 'section_not_found', section: 'X' });
      const missing = ['R-A-9', 'R-A-01', 'R-B-1', 'S3', 'FLOOR-1', ''];
      assert.deepEqual(await store.hold(holdCommand(1, { seatIds: ['R-A-1', ...missing] })), { kind: 'seat_not_found', seatIds: missing });
      const outside = await store.hold(holdCommand(1, { seatIds: ['R-A-1', 'S1'], section: 'R' }));
      assert.deepEqual(outside, { kind: 'seats_not_in_section', seatIds: ['S1'] });
      assert.equal(await store.holdStatus(reservationId(1)), undefined);
    });

    it('refuses a command that contradicts itself before anything is looked at', async () => {
      const { store, clock } = await open();
      const fieldOf = async (changes: object): Promise<string> => {
        const outcome = await store.hold(holdCommand(1, changes));
        return outcome.kind === 'command_invalid' ? outcome.field : outcome.kind;
      };
      assert.equal(await fieldOf({ seatIds: ['R-A-1', 'R-A-1'] }), 'seat_ids');
      assert.equal(await fieldOf({ seatIds: [] }), 'seat_ids');
      assert.equal(await fieldOf({ seatIds: ['R-A-1'], quantity: 2 }), 'quantity');
      assert.equal(await fieldOf({ quantity: 0 }), 'quantity');
      assert.equal(await fieldOf({ quantity: 11 }), 'quantity');
      assert.equal(await fieldOf({ quantity: 1.5 }), 'quantity');
      assert.equal(await fieldOf({ reservationId: 'rsv_1' }), 'reservation_id');
      assert.equal(await fieldOf({ userId: '' }), 'user_id');
      assert.equal(await fieldOf({ holdForMs: 0 }), 'hold_for_ms');
      assert.equal(await fieldOf({ expiresAtUpperBoundMs: clock.nowMs() }), 'hold_expires_at');
    });

    it('ends at the upper bound when that comes first', async () => {
      const { store, clock } = await open();
      const bound = clock.nowMs() + 5_000;
      const outcome = await store.hold(holdCommand(1, { expiresAtUpperBoundMs: bound }));
      assert.equal(outcome.kind === 'held' && outcome.hold.expiresAtMs, bound);
      const later = await store.hold(holdCommand(2, { seatIds: ['S1'], expiresAtUpperBoundMs: bound + MINUTE }));
      assert.equal(later.kind === 'held' && later.hold.expiresAtMs, clock.nowMs() + MINUTE);
    });

    it('takes a quantity from the first section in catalogue order that has all of it', async () => {
      const { store } = await open();
      const placesOf = async (n: number, userId: string, quantity: number): Promise<unknown> => {
        const outcome = await store.hold(holdCommand(n, { userId, quantity }));
        return outcome.kind === 'held' ? [outcome.hold.sectionId, outcome.hold.seatIds, outcome.hold.totalMinor] : outcome;
      };
      assert.deepEqual(await placesOf(1, 'a', 2), ['R', ['R-A-1', 'R-A-2'], 300_000]);
      assert.deepEqual(await placesOf(2, 'b', 2), ['S', ['S1', 'S2'], 240_000]);
      assert.deepEqual(await placesOf(3, 'c', 2), ['FLOOR', [], 198_000]);
      assert.deepEqual(await placesOf(4, 'd', 4), { kind: 'sold_out', mostInOneSection: 3 });
      assert.deepEqual(await placesOf(5, 'e', 1), ['R', ['R-A-3'], 150_000]);
    });

    it('opens and closes the sale by the wall clock, and a repeat is answered outside it too', async () => {
      const { store, clock } = await open({ sale_starts_at: '2030-01-01T00:00:00Z', sale_ends_at: '2030-01-02T00:00:00Z' });
      const opens = Date.parse('2030-01-01T00:00:00Z');
      const kindAt = async (ms: number, n: number): Promise<string> => {
        clock.set(ms);
        return (await store.hold(holdCommand(n, { quantity: 1 }))).kind;
      };
      assert.equal(await kindAt(opens - 1, 1), 'sale_not_open');
      assert.equal(await kindAt(opens, 1), 'held');
      assert.equal(await kindAt(opens + 86_400_000, 2), 'sale_not_open');
      assert.equal(await kindAt(opens + 86_400_000, 1), 'exists');
    });

    it('demands admission where the event has a waiting room', async () => {
      const { store } = await open({ waiting_room: 'on' });
      assert.deepEqual(await store.hold(holdCommand(1)), { kind: 'not_admitted' });
      assert.equal((await store.hold(holdCommand(1, { admission: 'granted' }))).kind, 'held');
    });

    it('keeps every buyer within the purchase limit over live holds and orders', async () => {
      const { store, clock } = await open();
      await store.hold(holdCommand(1, { quantity: 3, section: 'FLOOR' }));
      await store.commit({ reservationId: reservationId(1) });
      const tooMany = await store.hold(holdCommand(2, { seatIds: ['R-A-1', 'R-A-2'] }));
      assert.deepEqual(tooMany, { kind: 'purchase_limit_exceeded', limit: 4, remaining: 1 });
      assert.equal((await store.hold(holdCommand(3, { seatIds: ['R-A-1'] }))).kind, 'held');
      assert.equal((await store.hold(holdCommand(4, { seatIds: ['R-A-2'] }))).kind, 'purchase_limit_exceeded');
      assert.equal((await store.hold(holdCommand(5, { userId: 'bob', seatIds: ['R-A-2'] }))).kind, 'held');
      clock.advance(MINUTE);
      assert.equal((await store.hold(holdCommand(6, { seatIds: ['R-A-2'] }))).kind, 'held');
    });
  });
}
