import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIdempotencyKey } from '../src/http/idempotency-key.ts';
import { withServer } from '../src/testing.ts';
import { CANCEL, codeOf, HOLD, OPEN_HOLD } from './sample-routes.ts';

const UUID = '0189F7C1-5b2a-7c3d-9e4f-0123456789ab';
const OPAQUE = { format: 'opaque', maxChars: 255 } as const;

test('where a key is required it must be there, not empty, at most 255 characters, without controls', () => {
  const refused = (key: string | undefined): boolean => checkIdempotencyKey(key, 'required', OPAQUE)?.refused === 'IDEMPOTENCY_REQUIRED';
  for (const key of [undefined, '', 'x'.repeat(256), 'a\u0000b', 'a\tb', 'a\u007f']) assert.equal(refused(key), true, JSON.stringify(key));
  for (const key of ['x', 'x'.repeat(255), UUID, 'ord/42 #1', '\u00e9']) assert.equal(refused(key), false, key);
});

test('where a key is optional it may be missing but not malformed; where none is wanted it is not looked at', () => {
  assert.equal(checkIdempotencyKey(undefined, 'optional', OPAQUE), undefined);
  assert.equal(checkIdempotencyKey('', 'optional', OPAQUE)?.refused, 'IDEMPOTENCY_REQUIRED');
  assert.equal(checkIdempotencyKey('x'.repeat(256), 'optional', OPAQUE)?.refused, 'IDEMPOTENCY_REQUIRED');
  assert.equal(checkIdempotencyKey('x'.repeat(256), 'none', OPAQUE), undefined);
});

test('the format uuid takes UUIDs in either case and nothing else', () => {
  const rules = { format: 'uuid', maxChars: 255 } as const;
  assert.equal(checkIdempotencyKey(UUID, 'required', rules), undefined);
  for (const key of ['x', UUID.slice(1), `${UUID}0`, UUID.replaceAll('-', '')]) {
    assert.equal(checkIdempotencyKey(key, 'required', rules)?.refused, 'IDEMPOTENCY_REQUIRED', key);
  }
});

test('routes ask for keys as they say, handlers see the key as it was sent, and answers never repeat a bad one', async () => {
  const routes = [{ ...HOLD, access: 'anyone' as const }, OPEN_HOLD, CANCEL];
  await withServer(routes, async ({ server }) => {
    const hold = (path: string, key?: string) =>
      server.inject({ method: 'POST', path, body: { eventId: 'e' }, headers: key === undefined ? {} : { 'idempotency-key': key } });
    const missing = await hold('/v1/reservations');
    assert.deepEqual([missing.status, codeOf(missing)], [400, 'IDEMPOTENCY_REQUIRED']);
    const long = await hold('/v1/reservations', 'secret-key'.repeat(30));
    assert.equal(long.status, 400);
    assert.doesNotMatch(long.text, /secret-key/);
    assert.deepEqual((await hold('/v1/reservations', 'k 1')).json(), { eventId: 'e', idempotencyKey: 'k 1' });
    assert.equal((await hold('/open/reservations')).status, 201);
    assert.equal((await server.inject({ method: 'POST', path: '/v1/reservations/r1/cancel' })).status, 200);
  });
  await withServer(
    routes,
    async ({ server }) => {
      const headers = { 'idempotency-key': 'k' };
      const reply = await server.inject({ method: 'POST', path: '/v1/reservations', body: { eventId: 'e' }, headers });
      assert.equal(reply.status, 400);
    },
    { settings: { idempotencyKeyFormat: 'uuid' } },
  );
});
