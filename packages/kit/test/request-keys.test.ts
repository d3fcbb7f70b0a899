import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withServer, type TestServer } from '../src/testing.ts';
import { CANCEL, errorOf, fieldsOf, GET_ONE, LIST, OPEN_HOLD, PUT_EVENT } from './sample-routes.ts';

const ROUTES = [OPEN_HOLD, LIST, GET_ONE, CANCEL, PUT_EVENT];

const post = ({ server }: TestServer, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  server.inject({ method: 'POST', path: '/open/reservations', body, headers });

test('keys are taken in snake_case, in camelCase, mixed, and by alias; what is not named is ignored', async () => {
  await withServer(ROUTES, async (running) => {
    const bodies = [
      { event_id: 'e', seat_ids: ['a'], quantity: 1 },
      { eventId: 'e', seatIds: ['a'], quantity: 1, unknownThing: { x: 1 } },
      { eventId: 'e', seat_ids: ['a'], qty: 1, quantity: 1 },
      { event_id: 'e', eventId: 'e', seatIds: ['a'], seat_ids: ['a'], qty: 1, section: null },
    ];
    for (const body of bodies) {
      const reply = await post(running, body);
      assert.equal(reply.status, 201, reply.text);
      const { event_id: a, eventId: b, seat_ids: c, seatIds: d, quantity, section } = reply.json() as Readonly<Record<string, unknown>>;
      assert.deepEqual([a ?? b, c ?? d, quantity, section], ['e', ['a'], 1, undefined]);
      assert.doesNotMatch(reply.text, /unknown/i);
    }
  });
});

test('one field spelled twice with different values is 400, by spelling and by alias', async () => {
  await withServer(ROUTES, async (running) => {
    assert.deepEqual(fieldsOf(await post(running, { event_id: 'e', eventId: 'f' })), ['event_id']);
    const twice = { eventId: 'e', quantity: 1, qty: 2, seatIds: ['a'], seat_ids: ['b'] };
    assert.deepEqual(fieldsOf(await post(running, twice)), ['quantity', 'seatIds']);
  });
});

test('of duplicate keys the last one wins', async () => {
  await withServer(ROUTES, async (running) => {
    const reply = await post(running, '{"eventId":"first","eventId":"last"}', { 'content-type': 'application/json' });
    assert.deepEqual(reply.json(), { eventId: 'last' });
  });
});

test('a service answers in the spelling of the first key that differs, wherever it stands', async () => {
  await withServer(ROUTES, async (running) => {
    const spelling = async (body: unknown, headers = {}): Promise<string> =>
      'event_id' in ((await post(running, body, headers)).json() as object) ? 'snake' : 'camel';
    assert.equal(await spelling({ event_id: 'e', seatIds: ['a'] }), 'snake');
    assert.equal(await spelling({ seatIds: ['a'], event_id: 'e' }), 'camel');
    assert.equal(await spelling({ quantity: 1, some_unknown: 1, eventId: 'e' }), 'snake');
    assert.equal(await spelling({ quantity: 1, extra: [{ inner_key: 1 }], eventId: 'e' }), 'snake');
    const wantsSnake = { accept: 'application/json; case=snake' };
    assert.equal(await spelling({ eventId: 'e' }, wantsSnake), 'camel', 'the body goes before the header');
  });
});

test('without a body that decides, the answer is camelCase unless Accept asks for snake_case', async () => {
  await withServer(ROUTES, async ({ server }) => {
    const keys = async (request: { method: string; path: string; body?: unknown; headers?: Readonly<Record<string, string>> }) =>
      Object.keys((await server.inject(request)).json() as object);
    const query = { method: 'GET', path: '/v1/reservations?page_size=5&status=HOLD' };
    assert.deepEqual(await keys(query), ['status', 'pageSize']);
    assert.deepEqual(await keys({ ...query, headers: { accept: 'application/json; case=snake' } }), ['status', 'page_size']);
    const cancel = { method: 'POST', path: '/v1/reservations/r1/cancel', headers: { 'idempotency-key': 'k' } };
    assert.deepEqual(await keys(cancel), ['id', 'idempotencyKey']);
    assert.deepEqual(await keys({ ...cancel, body: { reason: 'x' } }), ['id', 'idempotencyKey']);
    assert.deepEqual(await keys({ ...cancel, body: { cancel_reason: 'x' } }), ['id', 'idempotency_key']);
  });
});

test('the gateway always answers in snake_case, whatever it is asked in', async () => {
  await withServer(
    ROUTES,
    async (running) => {
      assert.deepEqual((await post(running, { eventId: 'e', seatIds: ['a'] })).json(), { event_id: 'e', seat_ids: ['a'] });
      assert.match((await post(running, { eventId: 5 })).text, /"trace_id"/);
    },
    { settings: { answerSpelling: 'snake' } },
  );
});

test('errors are spelled as the answer is, fields in details too, and ids in details never', async () => {
  const seat = { refused: 'SEAT_UNAVAILABLE', details: [{ field: 'seatIds[0]', reason: 'held' }, { field: 'vipRow-1', reason: 'held' }] };
  const taken = { ...OPEN_HOLD, path: '/taken', handle: () => seat };
  await withServer([...ROUTES, taken], async (running) => {
    const snake = errorOf(await post(running, { event_id: 'e', seat_ids: [1] }));
    assert.deepEqual([typeof snake.trace_id, snake.details[0]?.field], ['string', 'seat_ids[0]']);
    const camel = errorOf(await post(running, { eventId: 'e', seatIds: [1] }));
    assert.deepEqual([typeof camel.traceId, camel.details[0]?.field], ['string', 'seatIds[0]']);
    const refused = await running.server.inject({ method: 'POST', path: '/taken', body: { event_id: 'e' } });
    assert.deepEqual(fieldsOf(refused), ['seat_ids[0]', 'vipRow-1']);
  });
});

test('a refusal that needs no body is still spelled as the body is', async () => {
  await withServer([{ ...OPEN_HOLD, access: 'user' }], async (running) => {
    assert.equal(typeof errorOf(await post(running, { event_id: 'e' })).trace_id, 'string');
    assert.equal(typeof errorOf(await post(running, { eventId: 'e' })).traceId, 'string');
    assert.equal((await post(running, '{"event_id":', { 'content-type': 'application/json' })).status, 401);
  });
});
