import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { SEATS_WITHOUT_SECTION } from '../src/api/rest/seats.ts';
import { createInventory, type InventoryService } from '../src/service.ts';
import { SMALL_EVENT, holdCommand } from '../src/testing/builders.ts';
import { createWorld } from './support/world.ts';

const [R, S, FLOOR] = SMALL_EVENT.sections;
const PUT = 'PUT /v1/events/:id';
const READ = 'GET /v1/events/:id';
const LIST = 'GET /v1/events';
const AVAILABILITY = 'GET /v1/events/:id/availability';
const SEATS = 'GET /v1/events/:id/seats';

interface Ask {
  readonly id?: string;
  readonly document?: unknown;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly ifNoneMatch?: string;
}

/** The service on a journal in memory, and a way to call its routes as the edge does. */
function open(): { readonly service: InventoryService; call(route: string, ask?: Ask): Promise<EdgeReply & Partial<Refusal>> } {
  const { memory, units, clock, journal } = createWorld();
  const service = createInventory({ memory, units, clock, journal, limits: DEFAULT_LIMITS, holdMs: 60_000, extensionMaxMs: 60_000 });
  service.start();
  const call = async (name: string, { id = 'evt_small', document, query = {}, ifNoneMatch }: Ask = {}): Promise<EdgeReply & Partial<Refusal>> => {
    const request: EdgeRequest = {
      params: { id },
      query,
      body: { document },
      caller: undefined,
      idempotencyKey: undefined,
      traceId: '0'.repeat(32),
      address: '127.0.0.1',
      header: (header) => (header === 'if-none-match' ? ifNoneMatch : undefined),
    };
    const answer = await routeNamed(service.routes, name).handle(request);
    return 'refused' in answer ? { status: 0, ...answer } : answer;
  };
  return { service, call };
}

function routeNamed(routes: readonly Route[], name: string): Route {
  const route = routes.find(({ method, path }) => `${method} ${path}` === name);
  assert.ok(route);
  return route;
}

describe('PUT /v1/events/{id}', () => {
  it('is for organizers, and takes catalogues of limits.catalogueBodyBytes', () => {
    const { access, bodyMode, bodyLimit } = routeNamed(open().service.routes, PUT);
    assert.deepEqual([access, bodyMode, bodyLimit], ['organizer', 'raw', DEFAULT_LIMITS.catalogueBodyBytes]);
  });

  it('answers 201 for a new event, 200 for a changed or unchanged one, with the event', async () => {
    const { call } = open();
    const created = await call(PUT, { document: SMALL_EVENT });
    assert.deepEqual([created.status, (await call(PUT, { document: SMALL_EVENT })).status], [201, 200]);
    const changed = await call(PUT, { document: { ...SMALL_EVENT, name: 'Renamed', venue: 'Hall', starts_at: '2030-01-01T00:00:00Z' } });
    assert.equal(changed.status, 200);
    assert.deepEqual(changed.body, (await call(READ)).body);
    assert.deepEqual(changed.body, {
      id: 'evt_small',
      name: 'Renamed',
      venue: 'Hall',
      startsAt: '2030-01-01T00:00:00.000Z',
      endsAt: undefined,
      saleStartsAt: undefined,
      saleEndsAt: undefined,
      currency: 'KRW',
      purchaseLimit: 4,
      waitingRoom: 'off',
      queueIdentity: 'visitor',
      listed: true,
      admission: { perSecond: undefined, maxActive: undefined, policy: 'arrival' },
      capacity: 10,
      remaining: 10,
      version: 2,
      sections: [
        { id: 'R', name: 'R석', kind: 'seats', price: 150_000, capacity: 3, remaining: 3, held: 0, sold: 0, blocked: 0 },
        { id: 'S', name: 'S', kind: 'seats', price: 120_000, capacity: 2, remaining: 2, held: 0, sold: 0, blocked: 0 },
        { id: 'FLOOR', name: 'Standing', kind: 'pool', price: 99_000, capacity: 5, remaining: 5, held: 0, sold: 0, blocked: 0 },
      ],
    });
  });

  it('answers 400 with every problem and its place, and 400 for another id than the address', async () => {
    const { call } = open();
    const refused = await call(PUT, { document: { ...SMALL_EVENT, name: '', currency: 5 } });
    assert.deepEqual([refused.refused, refused.details?.map(({ field }) => field)], ['INVALID_REQUEST', ['name', 'currency']]);
    const other = await call(PUT, { id: 'evt_other', document: SMALL_EVENT });
    assert.deepEqual([other.refused, other.details], ['INVALID_REQUEST', [{ field: 'id', reason: 'is evt_small, but the address names evt_other' }]]);
    assert.equal((await call(READ)).refused, 'EVENT_NOT_FOUND');
  });

  it('answers 409 with every clash', async () => {
    const { call, service } = open();
    await call(PUT, { document: SMALL_EVENT });
    await service.store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
    await service.store.hold(holdCommand(2, { quantity: 2, section: 'FLOOR' }));
    const seatRemoved = { ...R, rows: [{ id: 'A', seats: '1-2' }], seat_ids: ['S1'], blocked: ['R-A-1'] };
    const sections = [seatRemoved, { id: 'FLOOR', price: 1, capacity: 1 }];
    const refused = await call(PUT, { document: { ...SMALL_EVENT, currency: 'USD', sections } });
    assert.equal(refused.refused, 'EVENT_CONFLICT');
    assert.deepEqual(refused.details?.map(({ field }) => field), ['currency', 'sections[S]', 'sections[FLOOR].capacity', 'S1', 'R-A-1', 'R-A-3']);
    const kinds = await call(PUT, { document: { ...SMALL_EVENT, sections: [R, { id: 'S', price: 1, capacity: 1 }, FLOOR] } });
    assert.deepEqual(kinds.details, [{ field: 'sections[S]', reason: 'numbered seats cannot become a capacity, nor a capacity seats' }]);
  });

  it('lists a thousand clashes and counts the rest', async () => {
    const { call } = open();
    const ids = Array.from({ length: 1101 }, (_, i) => `X${i}`);
    await call(PUT, { document: { ...SMALL_EVENT, sections: [{ ...S, seat_ids: ids }] } });
    const refused = await call(PUT, { document: { ...SMALL_EVENT, sections: [{ ...S, seat_ids: ['X0'] }] } });
    assert.deepEqual([refused.details?.length, refused.details?.at(-1)], [1001, { field: '', reason: 'and 100 more clashes' }]);
  });

  it('never fails, whatever the document is', async () => {
    const { call } = open();
    const junk = fc.jsonValue();
    const fields = Object.entries(SMALL_EVENT).map(([key, value]) => [key, fc.oneof(junk, fc.constant(value))] as const);
    const document = fc.record(Object.fromEntries(fields));
    await fc.assert(
      fc.asyncProperty(fc.oneof(junk, document), async (value) => {
        const answer = await call(PUT, { document: value });
        assert.ok(answer.refused === 'INVALID_REQUEST' || answer.refused === 'EVENT_CONFLICT' || answer.status < 300);
      }),
      { numRuns: 500 },
    );
  });
});

describe('reading events', () => {
  it('GET /v1/events lists by id, page by page', async () => {
    const { call } = open();
    for (const id of ['evt_b', 'evt_a', 'evt_c']) await call(PUT, { id, document: { ...SMALL_EVENT, id } });
    const idsOf = (answer: EdgeReply): readonly unknown[] => (answer.body as { events: { id: string }[] }).events.map(({ id }) => id);
    const first = await call(LIST, { query: { limit: 2 } });
    const second = await call(LIST, { query: { limit: 2, cursor: 'evt_b' } });
    assert.deepEqual([idsOf(first), idsOf(second), idsOf(await call(LIST))], [['evt_a', 'evt_b'], ['evt_c'], ['evt_a', 'evt_b', 'evt_c']]);
    assert.deepEqual((first.body as { nextCursor: string }).nextCursor, 'evt_b');
  });

  it('GET availability has what is left by section, and 304 for whoever has it already', async () => {
    const { call, service } = open();
    await call(PUT, { document: SMALL_EVENT });
    await service.store.hold(holdCommand(1, { quantity: 2, section: 'FLOOR' }));
    const answer = await call(AVAILABILITY);
    assert.deepEqual(answer.body, {
      eventId: 'evt_small',
      currency: 'KRW',
      remaining: 8,
      version: 2,
      sections: [
        { id: 'R', name: 'R석', remaining: 3, minPrice: 150_000, maxPrice: 150_000 },
        { id: 'S', name: 'S', remaining: 2, minPrice: 120_000, maxPrice: 120_000 },
        { id: 'FLOOR', name: 'Standing', remaining: 3, minPrice: 99_000, maxPrice: 99_000 },
      ],
    });
    const etag = answer.headers?.['etag'] ?? '';
    const statusFor = async (ifNoneMatch: string): Promise<number> => (await call(AVAILABILITY, { ifNoneMatch })).status;
    assert.deepEqual([await statusFor(`"x", W/${etag}`), await statusFor('"x"')], [304, 200]);
    await service.store.hold(holdCommand(2, { quantity: 1, section: 'FLOOR' }));
    assert.equal((await call(AVAILABILITY, { ifNoneMatch: etag })).status, 200);
  });

  it('GET seats has a letter for each seat, of one section or of all', async () => {
    const { call, service } = open();
    await call(PUT, { document: SMALL_EVENT });
    await service.store.hold(holdCommand(1, { seatIds: ['R-A-2'] }));
    const answer = await call(SEATS, { query: { section: 'R' } });
    const seats = [{ row: 'A', from: 1, to: 3, states: 'fhf' }];
    assert.deepEqual((answer.body as { sections: unknown }).sections, [{ id: 'R', name: 'R석', price: 150_000, seats }]);
    assert.equal(((await call(SEATS)).body as { sections: unknown[] }).sections.length, 3);
    assert.equal((await call(SEATS, { query: { section: 'X' } })).refused, 'NOT_FOUND');
  });

  it('GET seats of a large event asks for a section', async () => {
    const { call } = open();
    const rows = (from: number) => [{ id: 'A', seats: `${from}-${SEATS_WITHOUT_SECTION}` }];
    await call(PUT, { document: { ...SMALL_EVENT, sections: [{ ...R, rows: rows(1) }] } });
    assert.equal((await call(SEATS)).status, 200);
    await call(PUT, { document: { ...SMALL_EVENT, sections: [{ ...R, rows: rows(0) }] } });
    const refused = await call(SEATS);
    assert.deepEqual([refused.refused, refused.details?.[0]?.field], ['INVALID_REQUEST', 'section']);
    assert.equal((await call(SEATS, { query: { section: 'R' } })).status, 200);
  });

  it('answers EVENT_NOT_FOUND for what is not there', async () => {
    const { call } = open();
    for (const route of [READ, AVAILABILITY, SEATS]) assert.equal((await call(route)).refused, 'EVENT_NOT_FOUND');
    assert.equal((await call(SEATS, { query: { section: 'R' } })).refused, 'EVENT_NOT_FOUND');
  });
});

describe('the service', () => {
  it('follows the journal from start to stop, and gives reads and an audit to its neighbours', async () => {
    const world = createWorld();
    const { memory, units, clock, journal } = world;
    const service = createInventory({ memory, units, clock, journal, limits: DEFAULT_LIMITS, holdMs: 60_000, extensionMaxMs: 60_000 });
    service.start();
    world.putEvent(SMALL_EVENT);
    await service.store.hold(holdCommand(1));
    assert.equal(service.reads.event('evt_small')?.remaining, 9);
    assert.equal(service.reads.events({ after: undefined, limit: 5 }).events.length, 1);
    assert.equal(service.reads.seatMap('evt_small', 'R').kind, 'seat_map');
    assert.deepEqual(service.audit(), []);
    assert.deepEqual(service.tables.map(({ recordType }) => recordType), [1, 2, 4, 3]);
    await service.stop();
  });
});
