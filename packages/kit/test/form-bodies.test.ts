import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Route } from '../src/http/route.ts';
import { withServer, type TestServer } from '../src/testing.ts';
import { codeOf, errorOf } from './sample-routes.ts';

const FORM = 'application/x-www-form-urlencoded';
const TEXT = { schema: { type: 'string', minLength: 1, maxLength: 100 } } as const;

const GRANT: Route = {
  method: 'POST', path: '/token', access: 'anyone', summary: 'A grant', takesForm: true,
  body: { clientId: { ...TEXT, required: true }, audience: TEXT },
  handle: ({ body }) => ({ status: 200, body: { ...body } }),
};
const PLAIN: Route = { ...GRANT, path: '/plain', takesForm: false };

const post = ({ server }: TestServer, body: string | Buffer, type: string = FORM, path = '/token') =>
  server.inject({ method: 'POST', path, body, headers: { 'content-type': type } });

test('a form is taken by a route that asks for it, beside JSON, and by no other', () =>
  withServer([GRANT, PLAIN], async (running) => {
    const encoded = await post(running, 'client_id=caf%C3%A9+%26+co&audience=inventory&unknown=1', `${FORM}; charset=utf-8`);
    assert.deepEqual([encoded.status, encoded.json()], [200, { client_id: 'café & co', audience: 'inventory' }]);
    assert.deepEqual((await post(running, '{"client_id":"a"}', 'application/json')).json(), { client_id: 'a' });
    assert.deepEqual((await post(running, 'clientId=a&audience=')).json(), { clientId: 'a' }, 'what is empty is absent');
    const refused = await post(running, 'client_id=a', FORM, '/plain');
    assert.deepEqual([refused.status, codeOf(refused)], [415, 'UNSUPPORTED_MEDIA_TYPE']);
    for (const type of ['application/x-www-form', 'multipart/form-data', 'text/plain']) assert.equal((await post(running, 'client_id=a', type)).status, 415, type);
  }));

test('the rules of the fields are those of JSON: missing, too long, spelled twice', () =>
  withServer([GRANT], async (running) => {
    for (const body of ['audience=x', 'client_id=', `client_id=${'a'.repeat(101)}`, 'client_id=a&clientId=b']) {
      const reply = await post(running, body);
      assert.deepEqual([reply.status, codeOf(reply)], [400, 'INVALID_REQUEST'], body);
    }
    assert.equal((await post(running, `client_id=${'a'.repeat(100)}`)).status, 200);
  }));

test('S20: a form that repeats a field, reaches for a prototype or is no percent-encoded UTF-8 is 400, and never quoted back', () =>
  withServer([GRANT], async (running) => {
    const cases: readonly (readonly [string | Buffer, RegExp])[] = [
      ['client_id=secret-value&client_id=b', /more than once/],
      ['client_id=secret-value&__proto__=1', /not allowed/],
      ['client_id=secret-value&constructor=1', /not allowed/],
      ['client_id=secret-value%', /percent-encoded/],
      ['client_id=secret-value%ff', /percent-encoded/],
      [Buffer.from([0x61, 0x3d, 0xff]), /UTF-8/],
    ];
    for (const [body, reason] of cases) {
      const reply = await post(running, body);
      assert.equal(reply.status, 400, String(body));
      assert.match(errorOf(reply).details[0]?.reason ?? '', reason);
      assert.doesNotMatch(reply.text, /secret-value/);
    }
    assert.equal((await post(running, `client_id=${'a'.repeat(70_000)}`)).status, 413);
  }));

test('S20: arbitrary bytes as a form get no 5xx', () =>
  withServer([GRANT], (running) =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array().map((bytes) => Buffer.from(bytes))), async (body) => {
        assert.ok((await post(running, body)).status < 500);
      }),
      { numRuns: 200 },
    ),
  ));
