import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '../src/index.ts';
import { withServer, type TestServer } from '../src/testing.ts';
import { codeOf, errorOf, LIST, OPEN_HOLD } from './sample-routes.ts';

const post = ({ server }: TestServer, body: unknown) => server.inject({ method: 'POST', path: '/open/reservations', body });

test('every violation is listed: missing, of the wrong type, out of range, repeated', async () => {
  await withServer([OPEN_HOLD], async (running) => {
    const reply = await post(running, { seatIds: ['a', 'b', 'a', 5, 'b'], quantity: 11, section: '' });
    assert.deepEqual([reply.status, codeOf(reply)], [400, 'INVALID_REQUEST']);
    assert.deepEqual(errorOf(reply).details, [
      { field: 'eventId', reason: 'is required' },
      { field: 'seatIds[3]', reason: 'must be string' },
      { field: 'seatIds[2]', reason: 'is listed more than once' },
      { field: 'seatIds[4]', reason: 'is listed more than once' },
      { field: 'quantity', reason: 'must be <= 10' },
      { field: 'section', reason: 'must NOT have fewer than 1 characters' },
    ]);
  });
});

test('lists are taken up to their limit and refused one beyond it', async () => {
  await withServer([OPEN_HOLD], async (running) => {
    const seats = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `A-${i}`);
    assert.equal((await post(running, { eventId: 'e', seatIds: seats(10) })).status, 201);
    assert.equal((await post(running, { eventId: 'e', seatIds: seats(11) })).status, 400);
  });
});

test('a number is not a text, a text is not a number, and null counts as absent', async () => {
  await withServer([OPEN_HOLD], async (running) => {
    const wrong = [{ eventId: 5 }, { quantity: '2' }, { quantity: 1.5 }, { eventId: null }, { seatIds: 'a' }, { seatIds: { 0: 'a' } }];
    for (const change of wrong) assert.equal((await post(running, { eventId: 'e', ...change })).status, 400, JSON.stringify(change));
    assert.equal((await post(running, { eventId: 'e', quantity: null, seatIds: null })).status, 201);
  });
});

test('a hostile list does not grow into a larger answer: 99 violations are shown and the rest is counted', async () => {
  await withServer([OPEN_HOLD], async (running) => {
    const { details } = errorOf(await post(running, { eventId: 'e', seatIds: Array.from({ length: 30_000 }, () => 1) }));
    assert.equal(details.length, 100);
    assert.match(details.at(-1)?.reason ?? '', /^\d+ more violations$/);
    const hundred = errorOf(await post(running, { eventId: 'e', seatIds: Array.from({ length: 50 }, (_, i) => i) }));
    assert.equal(hundred.details.length, 51);
  });
});

test('query values are read as what their field is, and refused where they are not', async () => {
  await withServer([LIST], async ({ server }) => {
    const get = (query: string) => server.inject({ method: 'GET', path: `/v1/reservations?${query}` });
    assert.deepEqual((await get('page_size=5&status=HOLD&other=1')).json(), { pageSize: 5, status: 'HOLD' });
    assert.deepEqual(errorOf(await get('pageSize=x&status=NO')).details, [
      { field: 'status', reason: 'must be one of HOLD, CONFIRMED' },
      { field: 'pageSize', reason: 'must be integer' },
    ]);
    assert.equal((await get('status=HOLD&status=CONFIRMED')).status, 400);
    assert.equal((await get('pageSize=%ZZ')).status, 400);
    assert.equal((await get('%ZZ=%')).status, 200, 'what is not named is ignored, readable or not');
  });
});

test('violations of body and query are listed together', async () => {
  const both: Route = { ...OPEN_HOLD, query: LIST.query ?? {} };
  await withServer([both], async ({ server }) => {
    const reply = await server.inject({ method: 'POST', path: '/open/reservations?pageSize=0', body: {} });
    assert.deepEqual(errorOf(reply).details.map(({ field }) => field), ['eventId', 'pageSize']);
  });
});

test('a route whose schema or field names contradict themselves does not start', async () => {
  const start = (route: Route): Promise<void> => withServer([route], async () => undefined);
  await assert.rejects(start({ ...OPEN_HOLD, body: { a: { schema: { type: 'strin' } } } }));
  await assert.rejects(start({ ...OPEN_HOLD, body: { a: { schema: { type: 'string', minimun: 1 } } } }));
  await assert.rejects(start({ ...OPEN_HOLD, body: { aB: { schema: {} }, c: { schema: {}, aliases: ['aB'] } } }), /share the key/);
  await assert.rejects(start({ ...OPEN_HOLD, body: { toString: { schema: {} } } }), /share the key/);
});
