import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMsOf } from '@traffic-tacos/contracts';
import { ErrorCode } from '@traffic-tacos/contracts/proto/common/v1/errors';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { SEATS_WITHOUT_SECTION } from '../src/api/rest/seats.ts';
import { SMALL_EVENT } from '../src/testing/builders.ts';
import { errorOf, withGrpcWorld, type GrpcWorld } from './support/grpc-world.ts';
import { smallWorld } from './support/world.ts';

const EVENT = { eventId: SMALL_EVENT.id };
const NOT_FOUND = ErrorCode.ERROR_CODE_NOT_FOUND;
const KRW = (amount: number) => ({ amount, currency: 'KRW' });

/** The small event, on disk. */
const onSmall = (body: (on: GrpcWorld) => Promise<void>): Promise<void> => {
  const world = smallWorld();
  world.journal.flush();
  return withGrpcWorld(body, world);
};

describe('CheckAvailability', () => {
  it('tells of named seats which are free, at what price, and which are not', () =>
    onSmall(async ({ ask, world }) => {
      world.hold(1, { seatIds: ['R-A-2'] });
      world.journal.flush();
      const { response } = await ask('checkAvailability', { ...EVENT, seatIds: ['R-A-1', 'R-A-2'] });
      assert.deepEqual([response?.available, response?.unavailableSeatIds, response?.remainingInSection], [false, ['R-A-2'], 9]);
      assert.deepEqual(response?.availableSeats, [{ id: 'R-A-1', section: 'R', row: 'A', number: '1', price: KRW(150_000), status: 1 }]);
    }));

  it('that places are taken is no error, and whoever has no token may ask', () =>
    onSmall(async ({ ask }) => {
      const sections = ['', 'FLOOR', 'S'];
      const asked = sections.map((section) => ask('checkAvailability', { ...EVENT, quantity: 4, section }, { authorization: '' }));
      const told = (await Promise.all(asked)).map(({ response }) => [response?.available, response?.remainingInSection, response?.error]);
      assert.deepEqual(told, [[true, 10, undefined], [true, 5, undefined], [false, 2, undefined]]);
    }));

  it('names what is not there, and what is wrong with the question', () =>
    onSmall(async ({ ask }) => {
      assert.deepEqual(errorOf(await ask('checkAvailability', { eventId: 'evt_none', quantity: 1 })), ['OK', NOT_FOUND, { field: 'event_id', reason: 'not_found', value: '' }]);
      assert.deepEqual(errorOf(await ask('checkAvailability', { ...EVENT, quantity: 1, section: 'X' })), ['OK', NOT_FOUND, { field: 'section', reason: 'not_found', value: 'X' }]);
      assert.deepEqual(errorOf(await ask('checkAvailability', { ...EVENT, seatIds: ['Z'] })), ['OK', NOT_FOUND, { field: 'seat_ids', reason: 'not_found', value: 'Z' }]);
      assert.equal((await ask('checkAvailability', { ...EVENT, seatIds: ['Z'] }, { 'x-error-mode': 'status' })).code, 'NOT_FOUND');
      for (const wrong of [{}, { ...EVENT }, { ...EVENT, quantity: -1 }, { ...EVENT, quantity: 11 }, { ...EVENT, seatIds: ['R-A-1'], section: 'S' }]) {
        assert.equal((await ask('checkAvailability', wrong)).code, 'INVALID_ARGUMENT', JSON.stringify(wrong));
      }
    }));

  it('shows nothing that is not on disk yet: no event, no seat, no hold', () =>
    onSmall(async ({ ask, world }) => {
      world.putEvent({ ...SMALL_EVENT, id: 'evt_new' });
      const [R, ...others] = SMALL_EVENT.sections;
      world.putEvent({ ...SMALL_EVENT, sections: [{ ...R, rows: [{ id: 'A', seats: '1-4' }] }, ...others, { id: 'NEW', price: 1, capacity: 1 }] });
      world.hold(1, { seatIds: ['R-A-1'] });
      const all = async (): Promise<readonly unknown[]> => {
        const codes = [{ eventId: 'evt_new', quantity: 1 }, { ...EVENT, seatIds: ['R-A-4'] }, { ...EVENT, quantity: 1, section: 'NEW' }];
        const [event, seat, section] = await Promise.all(codes.map(async (request) => (await ask('checkAvailability', request)).response?.error?.code));
        return [event, seat, section, (await ask('checkAvailability', { ...EVENT, seatIds: ['R-A-1'] })).response?.available];
      };
      assert.deepEqual(await all(), [NOT_FOUND, NOT_FOUND, NOT_FOUND, true]);
      world.journal.flush();
      assert.deepEqual(await all(), [undefined, undefined, undefined, false]);
    }));
});

describe('GetInventoryStatus', () => {
  it('I1: every section, and all together, add up', () =>
    onSmall(async ({ ask, world }) => {
      world.hold(1, { quantity: 2, section: 'FLOOR' });
      world.journal.flush();
      const { response } = await ask('getInventoryStatus', EVENT);
      const figures = response?.sections.map(({ sectionId, totalSeats, availableSeats, reservedSeats, soldSeats, blockedSeats, isPool }) => [
        sectionId, totalSeats, availableSeats, reservedSeats, soldSeats, blockedSeats, isPool,
      ]);
      assert.deepEqual(figures, [['R', 3, 3, 0, 0, 0, false], ['S', 2, 2, 0, 0, 0, false], ['FLOOR', 5, 3, 2, 0, 0, true]]);
      const { stats } = response ?? {};
      assert.deepEqual([stats?.totalSeats, stats?.availableSeats, stats?.reservedSeats, stats?.availabilityPercentage], [10, 8, 2, 80]);
      assert.equal(stats?.lastUpdated === undefined ? 0 : epochMsOf(stats.lastUpdated), world.clock.nowMs());
      assert.deepEqual([response?.event?.id, response?.event?.totalSeats, response?.event?.remainingSeats, response?.event?.venue], ['evt_small', 10, 8, undefined]);
      assert.deepEqual(response?.sections[0]?.minPrice, KRW(150_000));
      assert.deepEqual([response?.currency, response?.purchaseLimit, response?.waitingRoom, response?.queueIdentity, response?.version], ['KRW', 4, 'off', 'visitor', 2]);
    }));

  it('of one section, and NOT_FOUND for what is not there', () =>
    onSmall(async ({ ask }) => {
      const one = await ask('getInventoryStatus', { ...EVENT, section: 'S' });
      assert.deepEqual([one.response?.sections.length, one.response?.stats?.totalSeats], [1, 2]);
      assert.deepEqual(errorOf(await ask('getInventoryStatus', { ...EVENT, section: 'X' })).slice(0, 2), ['OK', NOT_FOUND]);
      assert.deepEqual(errorOf(await ask('getInventoryStatus', { eventId: 'evt_none' })).slice(0, 2), ['OK', NOT_FOUND]);
      assert.equal((await ask('getInventoryStatus')).code, 'INVALID_ARGUMENT');
    }));
});

describe('GetSeatMap', () => {
  it('has every seat with its place and its state, and the figures of each section', () =>
    onSmall(async ({ ask, world }) => {
      world.hold(1, { seatIds: ['R-A-2', 'S2'] });
      world.journal.flush();
      const { response } = await ask('getSeatMap', EVENT);
      assert.deepEqual(response?.seats.map(({ id, section, row, number, status }) => [id, section, row, number, status].join(' ')), [
        'R-A-1 R A 1 1', 'R-A-2 R A 2 2', 'R-A-3 R A 3 1', 'S1 S  S1 1', 'S2 S  S2 2',
      ]);
      assert.deepEqual(response?.sections.map(({ sectionId, reservedSeats, isPool }) => [sectionId, reservedSeats, isPool]), [['R', 1, false], ['S', 1, false], ['FLOOR', 0, true]]);
      assert.deepEqual([response?.eventId, response?.version, response?.tag], ['evt_small', 2, '2-0']);
      assert.deepEqual((await ask('getSeatMap', { ...EVENT, section: 'S' })).response?.seats.length, 2);
      assert.deepEqual(errorOf(await ask('getSeatMap', { ...EVENT, section: 'X' })).slice(0, 2), ['OK', NOT_FOUND]);
      assert.deepEqual(errorOf(await ask('getSeatMap', { eventId: 'evt_none' })).slice(0, 2), ['OK', NOT_FOUND]);
    }));

  it('of a large event asks for a section, and of a section that no message holds says where it is shown', () =>
    withGrpcWorld(async ({ ask, world }) => {
      const row = (id: string, seats: number) => ({ id, price: 1, rows: [{ id: 'A', seats: `1-${seats}` }] });
      world.putEvent({ ...SMALL_EVENT, sections: [row('R', SEATS_WITHOUT_SECTION), row('S', 100_001)] });
      world.journal.flush();
      const whole = await ask('getSeatMap', EVENT);
      assert.deepEqual([whole.code, whole.details?.violations[0]?.field], ['INVALID_ARGUMENT', 'section']);
      assert.equal((await ask('getSeatMap', { ...EVENT, section: 'R' })).response?.seats.length, SEATS_WITHOUT_SECTION);
      const largest = await ask('getSeatMap', { ...EVENT, section: 'S' });
      assert.match(largest.details?.violations[0]?.reason ?? '', /has 100001 seats, more than one message holds/);
    }));
});

describe('ListEvents', () => {
  const withEvents = (body: (on: GrpcWorld) => Promise<void>): Promise<void> =>
    withGrpcWorld(async (on) => {
      for (const id of ['evt_c', 'evt_a', 'evt_b']) on.world.putEvent({ ...SMALL_EVENT, id });
      on.world.journal.flush();
      return body(on);
    });

  it('by id, forwards and backwards by cursor, and by the number of the page', () =>
    withEvents(async ({ ask }) => {
      const page = async (pagination: { readonly page?: number; readonly cursor?: string }) => {
        const { response } = await ask('listEvents', { pagination: { page: 0, pageSize: 2, cursor: '', ...pagination } });
        return { ids: response?.events.map(({ id }) => id), ...response?.pageInfo };
      };
      const first = await page({});
      assert.deepEqual(first, { ids: ['evt_a', 'evt_b'], totalCount: 0, hasNextPage: true, hasPreviousPage: false, nextCursor: 'evt_b', previousCursor: '' });
      const second = await page({ cursor: 'evt_b' });
      assert.deepEqual([second.ids, second.hasNextPage, second.nextCursor, second.hasPreviousPage], [['evt_c'], false, '', true]);
      assert.deepEqual(await page({ cursor: second.previousCursor ?? '' }), first);
      assert.deepEqual([(await page({ page: 2 })).ids, (await page({ page: 3 })).ids], [['evt_c'], []]);
      assert.deepEqual((await page({ page: 2, cursor: 'evt_a' })).ids, ['evt_b', 'evt_c'], 'a cursor goes before a number');
    }));

  it('with the figures of each event where they are asked for', () =>
    withEvents(async ({ ask }) => {
      const { response } = await ask('listEvents', { withInventory: true });
      assert.deepEqual(response?.inventories.map(({ event, stats }) => [event?.id, stats?.totalSeats]), [['evt_a', 10], ['evt_b', 10], ['evt_c', 10]]);
      assert.deepEqual((await ask('listEvents')).response?.inventories, []);
    }));

  it('a page that cannot be is INVALID_ARGUMENT; limits.listPage is the largest', () =>
    withEvents(async ({ ask }) => {
      const code = async (pagination: object): Promise<string> => (await ask('listEvents', { pagination: { page: 0, pageSize: 0, cursor: '', ...pagination } })).code;
      assert.equal(await code({ pageSize: DEFAULT_LIMITS.listPage }), 'OK');
      for (const wrong of [{ pageSize: DEFAULT_LIMITS.listPage + 1 }, { pageSize: -1 }, { page: -1 }, { cursor: 'x'.repeat(129) }]) assert.equal(await code(wrong), 'INVALID_ARGUMENT');
    }));
});

describe('PutEvent', () => {
  it('creates an event and changes it, and answers it as it stands', () =>
    withGrpcWorld(async ({ ask, world }) => {
      const put = async (changes: object) => (await ask('putEvent', { catalogueJson: JSON.stringify({ ...SMALL_EVENT, ...changes }) })).response;
      assert.deepEqual((await put({ venue: 'Hall' }))?.event?.venue, { id: '', name: 'Hall', address: undefined, totalCapacity: 10 });
      const { event } = (await put({ name: 'Renamed', starts_at: '2030-01-01T00:00:00Z' })) ?? {};
      assert.deepEqual([event?.name, event?.startTime?.seconds, event?.saleStartTime], ['Renamed', Date.UTC(2030, 0) / 1000, undefined]);
      assert.equal(world.views.event('evt_small', world.clock.nowMs())?.version, 2);
    }));

  it('refuses a document as a whole, with every problem and its place, and what is no document at all', () =>
    withGrpcWorld(async ({ ask }) => {
      const wrong = await ask('putEvent', { catalogueJson: JSON.stringify({ ...SMALL_EVENT, name: '', currency: 5 }) });
      assert.deepEqual([wrong.code, wrong.details?.violations.map(({ field }) => field)], ['INVALID_ARGUMENT', ['name', 'currency']]);
      for (const catalogueJson of ['', '{', '{"__proto__":{}}', '[]', 'null', '['.repeat(40)]) {
        assert.equal((await ask('putEvent', { catalogueJson })).code, 'INVALID_ARGUMENT', catalogueJson);
      }
    }));

  it('lists every clash with what is held or sold', () =>
    onSmall(async ({ ask, world }) => {
      world.hold(1, { quantity: 2, section: 'FLOOR' });
      const lower = SMALL_EVENT.sections.map((section) => (section.capacity === undefined ? section : { ...section, capacity: 1 }));
      const refused = await ask('putEvent', { catalogueJson: JSON.stringify({ ...SMALL_EVENT, sections: lower }) });
      assert.deepEqual([refused.response?.error?.code, refused.response?.error?.details[0]?.field], [ErrorCode.ERROR_CODE_CONCURRENT_MODIFICATION, 'sections[FLOOR].capacity']);
      assert.equal((await ask('putEvent', { catalogueJson: JSON.stringify({ ...SMALL_EVENT, sections: lower }) }, { 'x-error-mode': 'status' })).code, 'ABORTED');
    }));
});
