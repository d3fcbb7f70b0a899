import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Detail, Route } from '../src/index.ts';
import { withServer, type TestServer } from '../src/testing.ts';
import { errorOf, LIST, OPEN_HOLD } from './sample-routes.ts';

const DIFFERS: Detail = { field: 'quantity', reason: 'differs from the seats' };

/** Places are counted, or named, and both must come to the same. */
const CHECKED: Route = {
  ...OPEN_HOLD,
  check: ({ seatIds, quantity }) =>
    typeof quantity !== 'number' || !Array.isArray(seatIds) || seatIds.length === quantity ? [] : [DIFFERS],
};

const CHOICE: Route = {
  ...OPEN_HOLD,
  body: { scenario: { schema: { type: 'string', enum: ['APPROVE', 'FAIL'] }, anyCase: true, aliases: ['plan'] } },
  query: { status: { schema: { type: 'string', enum: ['on-hold'] }, anyCase: true } },
};

const post = ({ server }: TestServer, body: unknown, query = '') => server.inject({ method: 'POST', path: `/open/reservations${query}`, body });

test('every violation is listed: what fields say together stands beside what each is by itself', async () => {
  await withServer([CHECKED], async (running) => {
    assert.deepEqual(errorOf(await post(running, { eventId: 'e', seatIds: ['A-1', 'A-1'], quantity: 5 })).details, [
      { field: 'seatIds[1]', reason: 'is listed more than once' },
      DIFFERS,
    ]);
    const all = errorOf(await post(running, { seat_ids: [1], qty: 11, quantity: 12 })).details;
    assert.deepEqual(all.map(({ field }) => field), ['quantity', 'event_id', 'seat_ids[0]', 'quantity', 'quantity']);
    assert.deepEqual(errorOf(await post(running, { eventId: 'e', seatIds: ['A-1'], quantity: 2 })).details, [DIFFERS]);
    assert.equal((await post(running, { eventId: 'e', seatIds: ['A-1', 'A-2'], quantity: 2 })).status, 201);
  });
});

test('a check meets values of every type, and none where the body is no object', async () => {
  await withServer([CHECKED], async (running) => {
    for (const wrong of [{ seatIds: 'A-1', quantity: 2 }, { seatIds: { length: 2 }, quantity: 3 }, { seatIds: ['A-1'], quantity: '2' }, { seatIds: null }]) {
      const reply = await post(running, { eventId: 'e', ...wrong });
      assert.ok([201, 400].includes(reply.status), reply.text);
    }
    for (const body of ['[]', 'null', '7', '"x"']) assert.equal((await post(running, JSON.parse(body))).status, 400, body);
  });
});

test('a check without named fields, and words that differ only by case, do not start', async () => {
  const start = (route: Route): Promise<void> => withServer([route], async () => undefined);
  const { body: _, ...bodiless } = CHECKED;
  await assert.rejects(start(bodiless), /checks a body of which it names no fields/);
  await assert.rejects(start({ ...CHECKED, bodyMode: 'raw' }), /checks a body of which it names no fields/);
  for (const schema of [{ type: 'string' }, { enum: ['FAIL', 'fail'] }]) {
    await assert.rejects(start({ ...CHOICE, body: { scenario: { schema, anyCase: true } } }), /differ by more than case/);
  }
});

test('words are taken in any case where the route says so, and handed over as the schema writes them', async () => {
  await withServer([CHOICE, LIST], async (running) => {
    for (const [sent, read] of [['approve', 'APPROVE'], ['Fail', 'FAIL'], ['APPROVE', 'APPROVE']]) {
      assert.deepEqual((await post(running, { scenario: sent })).json(), { scenario: read });
    }
    assert.deepEqual((await post(running, { scenario: 'FAIL', plan: 'fail' }, '?status=On-Hold')).json(), { scenario: 'FAIL', status: 'on-hold' });
    assert.equal((await post(running, { scenario: 'FAIL', plan: 'approve' })).status, 400);
    for (const scenario of ['approved', '', 1, ['approve']]) {
      const { details } = errorOf(await post(running, { scenario }));
      assert.equal(details.at(-1)?.reason, 'must be one of APPROVE, FAIL', String(scenario));
    }
    assert.equal((await running.server.inject({ method: 'GET', path: '/v1/reservations?status=hold' })).status, 400, 'elsewhere case counts');
  });
});
