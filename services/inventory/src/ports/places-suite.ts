import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../testing/builders.ts';
import type { AvailabilityQuery } from './inventory-views.ts';
import type { MakeStore, StoreUnderTest } from './inventory-store-suite.ts';

/** What every store tells strangers about single places. */
export function placesSuite(makeStore: MakeStore): void {
  const open = async (changes: object = {}): Promise<StoreUnderTest> => {
    const under = await makeStore();
    await under.store.putEvent(eventDocument({ ...SMALL_EVENT, ...changes }));
    return under;
  };
  const query = (changes: Partial<AvailabilityQuery>): AvailabilityQuery => ({ eventId: SMALL_EVENT.id, seatIds: undefined, quantity: 1, section: undefined, ...changes });

  describe('availability', () => {
    it('I2: tells of each named seat whether it is free, with what it costs', async () => {
      const { store } = await open();
      await store.hold(holdCommand(1, { seatIds: ['R-A-2'] }));
      const outcome = await store.availability(query({ seatIds: ['S1', 'R-A-2', 'R-A-3'] }));
      assert.ok(outcome.kind === 'availability');
      assert.deepEqual([outcome.isAvailable, outcome.remaining, outcome.taken, outcome.currency], [false, 9, ['R-A-2'], 'KRW']);
      assert.deepEqual(outcome.free, [
        { id: 'S1', sectionId: 'S', row: '', number: 'S1', priceMinor: 120_000 },
        { id: 'R-A-3', sectionId: 'R', row: 'A', number: '3', priceMinor: 150_000 },
      ]);
    });

    it('a quantity is available where one section has enough, of any section or of the one that is named', async () => {
      const { store } = await open();
      await store.hold(holdCommand(1, { quantity: 2, section: 'FLOOR' }));
      const ask = async (quantity: number, section?: string): Promise<readonly unknown[]> => {
        const outcome = await store.availability(query({ quantity, section }));
        return outcome.kind === 'availability' ? [outcome.isAvailable, outcome.remaining] : [outcome.kind];
      };
      assert.deepEqual([await ask(3), await ask(4)], [[true, 8], [false, 8]]);
      assert.deepEqual([await ask(3, 'FLOOR'), await ask(4, 'FLOOR'), await ask(3, 'S')], [[true, 3], [false, 3], [false, 2]]);
    });

    it('I5: a hold that is over counts as free at its instant, with nobody having said so', async () => {
      const { store, clock } = await open();
      await store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
      const isFree = async (): Promise<unknown> => {
        const outcome = await store.availability(query({ seatIds: ['R-A-1'], section: 'R' }));
        return outcome.kind === 'availability' && [outcome.isAvailable, outcome.remaining];
      };
      clock.advance(59_999);
      assert.deepEqual(await isFree(), [false, 2]);
      clock.advance(1);
      assert.deepEqual(await isFree(), [true, 3]);
      assert.equal((await store.holdStatus(reservationId(1)))?.state, 'expired');
    });

    it('names what is not there', async () => {
      const { store } = await open();
      assert.deepEqual(await store.availability(query({ eventId: 'evt_none' })), { kind: 'event_not_found' });
      assert.deepEqual(await store.availability(query({ section: 'X' })), { kind: 'section_not_found' });
      assert.deepEqual(await store.availability(query({ seatIds: ['R-A-9', 'R-A-1'] })), { kind: 'seat_not_found', seatIds: ['R-A-9'] });
      assert.deepEqual(await store.availability(query({ seatIds: ['S1', 'R-A-1'], section: 'R' })), { kind: 'seats_not_in_section', seatIds: ['S1'] });
    });
  });

  describe('describeSeats', () => {
    it('answers seats in the order asked for, and leaves out what is not there', async () => {
      const { store } = await open();
      const seats = await store.describeSeats(SMALL_EVENT.id, ['S2', 'none', 'R-A-1']);
      assert.deepEqual(seats.map(({ id }) => id), ['S2', 'R-A-1']);
      assert.deepEqual(await store.describeSeats('evt_none', ['S2']), []);
    });
  });

  describe('pages of events', () => {
    it('go forwards and backwards, and may be counted off', async () => {
      const { store } = await makeStore();
      for (const id of ['evt_a', 'evt_b', 'evt_c', 'evt_d', 'evt_e']) await store.putEvent(eventDocument({ ...SMALL_EVENT, id }));
      const page = async (after: string | undefined, skip = 0): Promise<readonly unknown[]> => {
        const { events, next, previous } = await store.readEvents({ after, limit: 2, skip });
        return [events.map(({ id }) => id).join(), next, previous];
      };
      assert.deepEqual(await page(undefined), ['evt_a,evt_b', 'evt_b', undefined]);
      assert.deepEqual(await page('evt_b'), ['evt_c,evt_d', 'evt_d', { after: undefined }]);
      assert.deepEqual(await page('evt_d'), ['evt_e', undefined, { after: 'evt_b' }]);
      assert.deepEqual(await page(undefined, 2), ['evt_c,evt_d', 'evt_d', { after: undefined }]);
      assert.deepEqual(await page(undefined, 8), ['', undefined, { after: 'evt_c' }]);
    });

    it('pass over what is not listed, which is there by its id and where all are asked for', async () => {
      const { store } = await makeStore();
      const put = (id: string, listed: boolean) => store.putEvent(eventDocument({ ...SMALL_EVENT, id, listed }));
      for (const id of ['evt_a', 'evt_c', 'evt_e']) await put(id, true);
      for (const id of ['evt_0', 'evt_b', 'evt_d', 'evt_f']) await put(id, false);
      const page = async (query: { readonly after?: string; readonly limit: number; readonly skip?: number; readonly all?: boolean }): Promise<readonly unknown[]> => {
        const { events, next, previous } = await store.readEvents({ after: undefined, ...query });
        return [events.map(({ id }) => id).join(), next, previous];
      };
      assert.deepEqual(await page({ limit: 2 }), ['evt_a,evt_c', 'evt_c', undefined]);
      assert.deepEqual(await page({ limit: 2, after: 'evt_c' }), ['evt_e', undefined, { after: undefined }]);
      assert.deepEqual(await page({ limit: 1, skip: 2 }), ['evt_e', undefined, { after: 'evt_a' }]);
      assert.deepEqual(await page({ limit: 9, all: true }), ['evt_0,evt_a,evt_b,evt_c,evt_d,evt_e,evt_f', undefined, undefined]);
      assert.equal((await store.readEvent('evt_b'))?.remaining, 10);
      assert.equal((await put('evt_b', true)).kind, 'event_changed');
      assert.equal((await put('evt_a', false)).kind, 'event_changed');
      assert.deepEqual(await page({ limit: 9 }), ['evt_b,evt_c,evt_e', undefined, undefined]);
    });
  });
}
