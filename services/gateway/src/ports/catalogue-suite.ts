import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeatMapAnswer } from './catalogue.ts';
import { SUITE_EVENT, SUITE_EVENTS, buy, hold, type OpenServices } from './services-under-test.ts';

/** What every adapter to the catalogue must do. */
export function catalogueSuite(adapter: string, open: OpenServices): void {
  describe(`${adapter} as the catalogue behind the gateway`, () => {
    it('lists events by id, page by page', async () => {
      const { services } = await open();
      const first = await services.catalogue.list({ after: undefined, limit: 2 });
      const second = await services.catalogue.list({ after: first.next, limit: 2 });
      assert.deepEqual([...first.items, ...second.items].map(({ id }) => id), SUITE_EVENTS);
      assert.deepEqual([first.items.length, second.next], [2, undefined]);
    });

    it('shows an event as its organizer described it, with what is left', async () => {
      const { services } = await open();
      const event = await services.catalogue.read(SUITE_EVENT);
      assert.equal(event?.sections.length, 2);
      // An adapter may know more of an event; what it says of these facts must be this.
      assert.partialDeepStrictEqual(event, {
        id: SUITE_EVENT,
        name: `Event ${SUITE_EVENT}`,
        venue: 'Hall 1',
        startsAtMs: undefined,
        endsAtMs: undefined,
        saleStartsAtMs: undefined,
        saleEndsAtMs: undefined,
        currency: 'KRW',
        purchaseLimit: 4,
        waitingRoom: 'off',
        queueIdentity: 'visitor',
        sections: [
          { id: 'R', name: 'R석', kind: 'seats', priceMinor: 150_000, capacity: 6, remaining: 6 },
          { id: 'FLOOR', name: 'Standing', kind: 'pool', priceMinor: 99_000, capacity: 5, remaining: 5 },
        ],
      });
      assert.equal(await services.catalogue.read('evt_none'), undefined);
    });

    it('I1: what is left goes down with a hold, stays down with a sale, and comes back at the end of a hold', async () => {
      const under = await open();
      const left = async (): Promise<number | undefined> => (await under.services.catalogue.read(SUITE_EVENT))?.sections[0]?.remaining;
      await hold(under, 'alice', 'R-A-1', 'R-A-2');
      await buy(under, 'bob', 'R-A-3');
      assert.equal(await left(), 3);
      await under.advance(60_000);
      assert.equal(await left(), 5);
    });

    it('maps every seat of a section to its state, in order, and a pool to none', async () => {
      const under = await open();
      await hold(under, 'alice', 'R-A-2');
      await buy(under, 'bob', 'R-A-4');
      const { catalogue } = under.services;
      assert.deepEqual(statesOf(await catalogue.seatMap(SUITE_EVENT, 'R')), { R: 'fhfsff' });
      assert.deepEqual(statesOf(await catalogue.seatMap(SUITE_EVENT, undefined)), { R: 'fhfsff', FLOOR: '' });
      assert.deepEqual(await catalogue.seatMap(SUITE_EVENT, 'NONE'), { kind: 'section_not_found' });
      assert.deepEqual(await catalogue.seatMap('evt_none', undefined), { kind: 'event_not_found' });
    });

    it('names the seats of a row by their range', async () => {
      const { services } = await open();
      const answer = await services.catalogue.seatMap(SUITE_EVENT, 'R');
      assert.ok(answer.kind === 'found');
      const seats = [{ row: 'A', from: 1, to: 6, states: 'ffffff' }];
      assert.deepEqual(answer.sections, [{ id: 'R', name: 'R석', priceMinor: 150_000, seats }]);
    });

    it('has another tag and a greater version after every change of a place, and the same without one', async () => {
      const under = await open();
      const seen: { readonly version: number; readonly tag: string }[] = [];
      const look = async (): Promise<void> => {
        const event = await under.services.catalogue.read(SUITE_EVENT);
        const map = await under.services.catalogue.seatMap(SUITE_EVENT, undefined);
        assert.ok(event !== undefined && map.kind === 'found');
        assert.deepEqual([event.version, event.tag], [map.version, map.tag]);
        seen.push(event);
      };
      await look();
      await look();
      assert.equal(seen[0]?.tag, seen[1]?.tag);
      await hold(under, 'alice', 'R-A-1');
      await look();
      await under.advance(60_000);
      await look();
      assert.equal(new Set(seen.map(({ tag }) => tag)).size, 3);
      assert.deepEqual(seen.map(({ version }) => version), seen.map(({ version }) => version).toSorted((a, b) => a - b));
    });
  });
}

/** The letters of each section. */
function statesOf(answer: SeatMapAnswer): Readonly<Record<string, string>> {
  assert.equal(answer.kind, 'found');
  if (answer.kind !== 'found') return {};
  return Object.fromEntries(answer.sections.map(({ id, seats }) => [id, seats.map(({ states }) => states).join('')]));
}
