import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INSTANT, optional, shape, text, UpstreamFailure, type EdgeReply, type Refusal, type Route } from '../src/index.ts';
import { declaredRoutes, withServer } from '../src/testing.ts';

/** A route that declares one answer and one code, and does what it is told. */
const routeWith = (handle: Route['handle'], declared: Partial<Route> = {}): Route => ({
  method: 'GET',
  path: '/thing',
  access: 'anyone',
  summary: '',
  answers: { 200: { description: '', body: shape('Thing', { id: text(), note: optional(text()), at: optional(INSTANT) }) }, 204: { description: '' } },
  refusals: ['NOT_FOUND', 'UPSTREAM_TIMEOUT'],
  handle,
  ...declared,
});

const answering = (outcome: EdgeReply | Refusal) => withServer([routeWith(() => outcome)], async ({ server, logLines }) => {
  const { status } = await server.inject({ method: 'GET', path: '/thing' });
  return { status, logged: JSON.stringify(logLines) };
});

test('what a route declares passes', async () => {
  const declared: readonly (EdgeReply | Refusal)[] = [
    { status: 200, body: { id: 'a' } }, { status: 200, body: { id: 'a', note: undefined, at: '2025-10-09T08:53:20.123Z' } }, { status: 204 }, { refused: 'NOT_FOUND' },
  ];
  for (const outcome of declared) assert.notEqual((await answering(outcome)).status, 500, JSON.stringify(outcome));
});

test('the check fires: another code, status, or member, one that is missing, another type, an instant without milliseconds, a body where none is', async () => {
  const undeclared: readonly (readonly [EdgeReply | Refusal, RegExp])[] = [
    [{ refused: 'FORBIDDEN' }, /refuses with FORBIDDEN/],
    [{ status: 201, body: { id: 'a' } }, /answers 201/],
    [{ status: 200, body: { id: 'a', more: 1 } }, /must NOT have additional properties/],
    [{ status: 200, body: {} }, /must have required property 'id'/],
    [{ status: 200 }, /must be object/],
    [{ status: 200, body: { id: 5 } }, /must be string/],
    [{ status: 200, body: { id: 'a', at: '2025-10-09T08:53:20Z' } }, /must match format/],
    [{ status: 204, body: { id: 'a' } }, /204 with a body/],
  ];
  for (const [outcome, told] of undeclared) {
    const { status, logged } = await answering(outcome);
    assert.equal(status, 500, JSON.stringify(outcome));
    assert.match(logged, told);
  }
});

test("another service's failure is named by a code that the route declares", async () => {
  const failing = (code: 'UPSTREAM_TIMEOUT' | 'INVENTORY_SERVICE_ERROR') => {
    const [route] = declaredRoutes([routeWith(() => Promise.reject(new UpstreamFailure('inventory', 'timed_out', code)))]);
    return withServer([route ?? assert.fail()], async ({ server }) => (await server.inject({ method: 'GET', path: '/thing' })).status);
  };
  assert.equal(await failing('UPSTREAM_TIMEOUT'), 504);
  assert.equal(await failing('INVENTORY_SERVICE_ERROR'), 500);
});

test('a route that declares nothing is left alone', () => {
  const { answers: _answers, refusals: _refusals, ...plain } = routeWith(() => ({ status: 200 }));
  assert.deepEqual(declaredRoutes([plain]), [plain]);
});
