import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '@traffic-tacos/kernel';
import { SEATS_WITHOUT_SECTION } from '../src/api/rest/seat-map.ts';
import type { Catalogue, EventFacts, SectionFacts } from '../src/ports/catalogue.ts';
import { SUITE_EVENT, SUITE_EVENTS } from '../src/ports/services-under-test.ts';
import { codeOf, fieldsOf, withGateway } from './gateway-under-test.ts';

const EVENT = `/api/v1/events/${SUITE_EVENT}`;

describe('GET /api/v1/events', () => {
  it('lists events by id, page by page, for anybody', () =>
    withGateway(async ({ ask }) => {
      const first = await ask('GET', '/api/v1/events?limit=2');
      const second = await ask('GET', `/api/v1/events?limit=2&cursor=${String(first.body['next_cursor'])}`);
      const ids = [first, second].flatMap(({ body }) => (body['events'] as { id: string }[]).map(({ id }) => id));
      assert.deepEqual([ids, second.body['next_cursor']], [SUITE_EVENTS, undefined]);
    }));

  it('shows one with its sections, prices and what is left, and no field that it does not have', () =>
    withGateway(async ({ ask }) => {
      const { status, body } = await ask('GET', EVENT);
      assert.equal(status, 200);
      assert.deepEqual(body, {
        id: SUITE_EVENT, name: `Event ${SUITE_EVENT}`, venue: 'Hall 1', currency: 'KRW', purchase_limit: 4, waiting_room: 'off',
        queue_identity: 'visitor', remaining: 11, version: 1,
        sections: [
          { id: 'R', name: 'R석', kind: 'seats', price: 150_000, capacity: 6, remaining: 6 },
          { id: 'FLOOR', name: 'Standing', kind: 'pool', price: 99_000, capacity: 5, remaining: 5 },
        ],
      });
      assert.deepEqual([codeOf(await ask('GET', '/api/v1/events/evt_none'))], ['EVENT_NOT_FOUND']);
    }));
});

describe('GET /api/v1/events/{id}/availability', () => {
  it('has exactly the documented fields, and may be kept for a second', () =>
    withGateway(async ({ ask }) => {
      const { body, headers } = await ask('GET', `${EVENT}/availability`);
      assert.deepEqual(body, {
        event_id: SUITE_EVENT, currency: 'KRW', remaining: 11, version: 1,
        sections: [
          { id: 'R', name: 'R석', remaining: 6, min_price: 150_000, max_price: 150_000 },
          { id: 'FLOOR', name: 'Standing', remaining: 5, min_price: 99_000, max_price: 99_000 },
        ],
      });
      assert.equal(headers['cache-control'], 'public, max-age=1');
    }));

  it('304 for whoever has it already, in any form of the question, until a place changes', () =>
    withGateway(async ({ ask }) => {
      for (const path of [`${EVENT}/availability`, `${EVENT}/seats`]) {
        const first = await ask('GET', path);
        const etag = present(first.headers['etag'], 'an ETag');
        for (const question of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
          const answer = await ask('GET', path, { headers: { 'if-none-match': question } });
          assert.deepEqual([answer.status, answer.text, answer.headers['etag']], [304, '', etag], question);
        }
        assert.equal((await ask('GET', path, { headers: { 'if-none-match': `"x${etag.slice(1)}` } })).status, 200);
        await ask('POST', '/api/v1/reservations', { as: 'alice', key: path, body: { event_id: SUITE_EVENT, qty: 1 } });
        const changed = await ask('GET', path, { headers: { 'if-none-match': etag } });
        assert.equal(changed.status, 200);
        assert.notEqual(changed.headers['etag'], etag);
      }
    }));

  it('HEAD answers the header alone', () =>
    withGateway(async ({ ask }) => {
      const { status, text, headers } = await ask('HEAD', `${EVENT}/availability`);
      assert.deepEqual([status, text, headers['cache-control']], [200, '', 'public, max-age=1']);
    }));
});

describe('GET /api/v1/events/{id}/seats', () => {
  it('maps one section or all, a letter a seat', () =>
    withGateway(async ({ ask }) => {
      await ask('POST', '/api/v1/reservations', { as: 'alice', key: 'k', body: { event_id: SUITE_EVENT, seat_ids: ['R-A-2'] } });
      const row = { id: 'R', name: 'R석', price: 150_000, seats: [{ row: 'A', from: 1, to: 6, states: 'fhffff' }] };
      const legend = { f: 'free', h: 'held', s: 'sold', b: 'blocked' };
      const one = await ask('GET', `${EVENT}/seats?section=R`);
      assert.deepEqual(one.body, { event_id: SUITE_EVENT, version: 2, legend, sections: [row] });
      const all = await ask('GET', `${EVENT}/seats`);
      assert.deepEqual(all.body['sections'], [row, { id: 'FLOOR', name: 'Standing', price: 99_000, seats: [] }]);
      assert.equal(codeOf(await ask('GET', `${EVENT}/seats?section=NONE`)), 'NOT_FOUND');
      assert.equal(codeOf(await ask('GET', '/api/v1/events/evt_none/seats?section=R')), 'EVENT_NOT_FOUND');
      assert.equal(codeOf(await ask('GET', '/api/v1/events/evt_none/seats')), 'EVENT_NOT_FOUND');
    }));

  it('of an event with 20,000 seats comes at once, with one more only section by section; pools do not count', () =>
    withGateway(
      async ({ ask }) => {
        assert.equal((await ask('GET', '/api/v1/events/evt_large/seats')).status, 200);
        const larger = await ask('GET', '/api/v1/events/evt_larger/seats');
        assert.deepEqual([larger.status, fieldsOf(larger)], [400, ['section']]);
        assert.equal((await ask('GET', '/api/v1/events/evt_larger/seats?section=R')).status, 200);
      },
      { breakServices: ({ catalogue }) => ({ catalogue: withLargeEvents(catalogue) }) },
    ));
});

/** The same catalogue, in which two more events have a section at the limit of one map and one seat past it. */
function withLargeEvents(catalogue: Catalogue): Catalogue {
  const capacityOf = new Map([['evt_large', SEATS_WITHOUT_SECTION], ['evt_larger', SEATS_WITHOUT_SECTION + 1]]);
  return {
    list: (query) => catalogue.list(query),
    read: async (id): Promise<EventFacts | undefined> => {
      const capacity = capacityOf.get(id);
      const event = await catalogue.read(capacity === undefined ? id : SUITE_EVENT);
      return capacity === undefined || event === undefined ? event : { ...event, sections: event.sections.map((section) => grown(section, capacity)) };
    },
    seatMap: (id, section) => catalogue.seatMap(capacityOf.has(id) ? SUITE_EVENT : id, section),
  };
}

const grown = (section: SectionFacts, capacity: number): SectionFacts => ({ ...section, capacity: section.kind === 'seats' ? capacity : 1_000_000 });
