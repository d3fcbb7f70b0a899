import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../testing/builders.ts';
import type { MakeStore } from './inventory-store-suite.ts';

const [R, S, FLOOR] = SMALL_EVENT.sections;

/** What every store does with events. */
export function catalogueSuite(makeStore: MakeStore): void {
  const put = (changes: object = {}) => eventDocument({ ...SMALL_EVENT, ...changes });

  describe('events', () => {
    it('are created, read back with what is left, and unchanged by the same document', async () => {
      const { store } = await makeStore();
      assert.equal((await store.putEvent(put())).kind, 'event_created');
      assert.equal((await store.putEvent(put())).kind, 'event_unchanged');
      const facts = await store.readEvent('evt_small');
      assert.deepEqual([facts?.terms, facts?.capacity, facts?.remaining], [put().terms, 10, 10]);
      assert.deepEqual(
        facts?.sections.map(({ id, name, kind, priceMinor, capacity }) => [id, name, kind, priceMinor, capacity]),
        [
          ['R', 'R석', 'seats', 150_000, 3],
          ['S', 'S', 'seats', 120_000, 2],
          ['FLOOR', 'Standing', 'pool', 99_000, 5],
        ],
      );
      assert.equal(await store.readEvent('evt_none'), undefined);
    });

    it('are listed by id, page by page', async () => {
      const { store } = await makeStore();
      for (const id of ['evt_c', 'evt_a', 'evt_b']) await store.putEvent(put({ id }));
      const first = await store.readEvents({ after: undefined, limit: 2 });
      const second = await store.readEvents({ after: first.next, limit: 2 });
      assert.deepEqual([...first.events, ...second.events].map(({ id }) => id), ['evt_a', 'evt_b', 'evt_c']);
      assert.deepEqual([first.next, second.next], ['evt_b', undefined]);
      assert.deepEqual((await store.readEvents({ after: 'evt_aa', limit: 9 })).events.map(({ id }) => id), ['evt_b', 'evt_c']);
    });

    it('may grow while places are held: seats in the middle, sections, capacity; prices are of future holds', async () => {
      const { store } = await makeStore();
      await store.putEvent(put());
      await store.hold(holdCommand(1, { seatIds: ['R-A-2'] }));
      const outcome = await store.putEvent(
        put({
          name: 'Renamed',
          sections: [
            { id: 'NEW', price: 1, seat_ids: ['N1'] },
            { ...R, price: 7, rows: [{ id: 'Z', seats: '1' }, { id: 'A', seats: '1-5' }] },
            S,
            { ...FLOOR, capacity: 9 },
          ],
        }),
      );
      assert.equal(outcome.kind, 'event_changed');
      const facts = await store.readEvent('evt_small');
      const books = facts?.sections.map(({ id, capacity, held }) => [id, capacity, held]);
      assert.deepEqual(books, [['NEW', 1, 0], ['R', 6, 1], ['S', 2, 0], ['FLOOR', 9, 0]]);
      const next = await store.hold(holdCommand(2, { quantity: 3, section: 'R', userId: 'bob' }));
      assert.deepEqual(next.kind === 'held' && [next.hold.seatIds, next.hold.totalMinor], [['R-A-3', 'R-A-4', 'R-A-5'], 21]);
      assert.deepEqual((await store.holdStatus(reservationId(1)))?.totalMinor, 150_000);
    });

    it('may block and unblock free seats; a hold that is over does not keep a seat from being blocked', async () => {
      const { store, clock } = await makeStore();
      await store.putEvent(put());
      await store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
      const blocked = put({ sections: [{ ...R, blocked: ['R-A-1', 'R-A-2'] }, S, FLOOR] });
      assert.deepEqual(await store.putEvent(blocked), {
        kind: 'event_conflict',
        clashes: [{ kind: 'seat_blocked_while_taken', seatId: 'R-A-1', state: 'held' }],
        omitted: 0,
      });
      clock.advance(60_000);
      const outcome = await store.putEvent(blocked);
      assert.deepEqual(outcome.kind === 'event_changed' && outcome.expired, [reservationId(1)]);
      assert.deepEqual((await store.readEvent('evt_small'))?.sections[0]?.blocked, 2);
      assert.equal((await store.putEvent(put())).kind, 'event_changed');
      assert.deepEqual((await store.readEvent('evt_small'))?.sections[0]?.blocked, 0);
    });

    it('never lower what is held or sold: every clash is listed and nothing is changed', async () => {
      const { store, clock } = await makeStore();
      await store.putEvent(put());
      await store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
      await store.commit({ reservationId: reservationId(1) });
      await store.hold(holdCommand(2, { quantity: 3, section: 'FLOOR' }));
      const changed = { ...R, rows: [{ id: 'A', seats: '2-3' }], seat_ids: ['S2'] };
      const sections = [changed, { id: 'S', price: 1, capacity: 3 }, { ...FLOOR, capacity: 2 }];
      const outcome = await store.putEvent(put({ currency: 'USD', sections }));
      assert.deepEqual(outcome, {
        kind: 'event_conflict',
        clashes: [
          { kind: 'currency_changed', from: 'KRW', to: 'USD' },
          { kind: 'section_kind_changed', sectionId: 'S' },
          { kind: 'capacity_below_taken', sectionId: 'FLOOR', capacity: 2, taken: 3 },
          { kind: 'seat_moved', seatId: 'S2', from: 'S', to: 'R' },
          { kind: 'seat_removed', seatId: 'R-A-1', state: 'sold' },
        ],
        omitted: 0,
      });
      clock.advance(60_000);
      const smaller = await store.putEvent(put({ sections: [R, S, { ...FLOOR, capacity: 2 }] }));
      assert.deepEqual(smaller.kind === 'event_changed' && smaller.expired, [reservationId(2)]);
      const gone = await store.putEvent(put({ sections: [R, { ...FLOOR, capacity: 2 }] }));
      assert.deepEqual(gone, { kind: 'event_conflict', clashes: [{ kind: 'section_removed', sectionId: 'S' }], omitted: 0 });
    });
  });

  describe('seat map', () => {
    it('shows one letter a seat, in catalogue order, free again from a hold’s instant on', async () => {
      const { store, clock } = await makeStore();
      await store.putEvent(put({ sections: [{ ...R, blocked: ['R-A-3'] }, S, FLOOR] }));
      await store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
      await store.hold(holdCommand(2, { seatIds: ['S2'] }));
      await store.commit({ reservationId: reservationId(2) });
      const before = await store.seatMap('evt_small', undefined);
      assert.equal(before.kind, 'seat_map');
      if (before.kind !== 'seat_map') return;
      assert.deepEqual(before.sections.map(({ id, seats }) => [id, seats]), [
        ['R', [{ row: 'A', from: 1, to: 3, states: 'hfb' }]],
        ['S', [{ seatIds: ['S1', 'S2'], states: 'fs' }]],
        ['FLOOR', []],
      ]);
      clock.advance(60_000);
      const after = await store.seatMap('evt_small', 'R');
      assert.deepEqual(after.kind === 'seat_map' && after.sections[0]?.seats, [{ row: 'A', from: 1, to: 3, states: 'ffb' }]);
      assert.notEqual(after.kind === 'seat_map' && after.tag, before.tag);
      assert.deepEqual(await store.seatMap('evt_small', 'X'), { kind: 'section_not_found' });
      assert.deepEqual(await store.seatMap('evt_none', undefined), { kind: 'event_not_found' });
    });
  });
}
