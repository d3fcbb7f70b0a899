import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTokenVerifier } from '@traffic-tacos/kit';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { ISSUER_URL, codeOf, contentOf, fieldsOf, withGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const REGISTER = '/api/v1/auth/register';
const LOGIN = '/api/v1/auth/login';
const ALICE = { username: 'Alice', password: 'correct horse', email: 'alice@example.com', display_name: 'Alice L.' };

describe('POST /api/v1/auth/register', () => {
  it('201: answers exactly the documented fields, in snake_case, and a token that opens the user’s routes', () =>
    withGateway(async ({ ask }) => {
      const { status, body } = await ask('POST', REGISTER, { body: ALICE });
      assert.equal(status, 201);
      assert.deepEqual(Object.keys(body).toSorted(), ['display_name', 'expires_in', 'role', 'token', 'user_id', 'username']);
      assert.deepEqual([body['username'], body['display_name'], body['role'], body['expires_in']], ['alice', 'Alice L.', 'user', 3600]);
      const list = await ask('GET', '/api/v1/reservations', { headers: { authorization: `Bearer ${String(body['token'])}` } });
      assert.deepEqual([list.status, list.body], [200, { reservations: [] }]);
    }));

  it('201: takes either spelling of its fields', () =>
    withGateway(async ({ ask }) => {
      const { body } = await ask('POST', REGISTER, { body: { username: 'carol', password: 'correct horse', displayName: 'C.' } });
      assert.equal(body['display_name'], 'C.');
    }));

  it('I10: ignores a role, an id or a subject in the body: everybody is a user with a generated id', () =>
    withGateway(async ({ ask }) => {
      const wished = { role: 'admin', roles: ['admin'], user_id: 'u123', userId: 'u123', sub: 'u123', id: 'u123' };
      const { status, body } = await ask('POST', REGISTER, { body: { ...ALICE, ...wished } });
      assert.equal(status, 201);
      assert.equal(body['role'], 'user');
      assert.match(String(body['user_id']), /^usr_/);
      const [, claims = ''] = String(body['token']).split('.');
      const payload = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
      assert.deepEqual([payload['sub'], payload['role']], [body['user_id'], 'user']);
    }));

  it('409 USERNAME_TAKEN: for any spelling of a name that somebody has', () =>
    withGateway(async ({ ask }) => {
      await ask('POST', REGISTER, { body: ALICE });
      const again = await ask('POST', REGISTER, { body: { username: 'ａLICE', password: 'another password' } });
      assert.deepEqual([again.status, codeOf(again), fieldsOf(again)], [409, 'USERNAME_TAKEN', ['username']]);
    }));

  it('400: lists every violation, whatever the body is', () =>
    withGateway(async ({ ask }) => {
      const cases: readonly (readonly [unknown, readonly string[]])[] = [
        [{}, ['username', 'password']],
        [{ username: 7, password: null }, ['password', 'username']],
        [{ username: 'ab', password: '7 chars', email: 'x', display_name: '' }, ['username', 'password', 'email', 'display_name']],
        [{ username: 'a'.repeat(65), password: 'p'.repeat(129) }, ['username', 'password']],
        [{ username: 'a lice', password: 'correct horse', display_name: '  ' }, ['username', 'display_name']],
        [{ ...ALICE, displayName: 'Not the same' }, ['display_name']],
        [[], ['body']],
        ['{"username":"alice"', ['body']],
      ];
      for (const [body, fields] of cases) {
        const answer = await ask('POST', REGISTER, { body, headers: { 'content-type': 'application/json' } });
        assert.deepEqual([answer.status, codeOf(answer)], [400, 'INVALID_REQUEST'], JSON.stringify(body));
        assert.deepEqual(new Set(fieldsOf(answer)), new Set(fields), `${JSON.stringify(body)} → ${answer.text}`);
      }
      const polluting = '{"__proto__":{"role":"admin"},"username":"alice","password":"correct horse"}';
      assert.equal((await ask('POST', REGISTER, { body: polluting, headers: { 'content-type': 'application/json' } })).status, 400);
    }));

  it('an answer never repeats the password', () =>
    withGateway(async ({ ask, running }) => {
      const secrets = ['s3cret-that-is-fine', 's3cret'];
      for (const password of secrets) {
        for (const path of [REGISTER, LOGIN]) {
          const answer = await ask('POST', path, { body: { username: `name-${password.length}`, password } });
          assert.ok(!answer.text.includes('s3cret'), answer.text);
        }
      }
      assert.ok(!JSON.stringify(running.logLines).includes('s3cret'));
    }));
});

describe('POST /api/v1/auth/login', () => {
  it('200: the same fields and the same user as the registration', () =>
    withGateway(async ({ ask }) => {
      const registered = await ask('POST', REGISTER, { body: ALICE });
      const back = await ask('POST', LOGIN, { body: { username: 'ALICE', password: ALICE.password } });
      assert.equal(back.status, 200);
      const { token: _first, ...then } = registered.body;
      const { token, ...now } = back.body;
      assert.deepEqual(now, then);
      assert.equal(typeof token, 'string');
    }));

  it('I10: 401 for a wrong password and for an unknown user are one and the same answer', () =>
    withGateway(async ({ ask }) => {
      await ask('POST', REGISTER, { body: ALICE });
      const wrong = await ask('POST', LOGIN, { body: { username: 'alice', password: 'wrong horse' } });
      assert.deepEqual([wrong.status, codeOf(wrong), wrong.headers['www-authenticate']], [401, 'UNAUTHENTICATED', 'Bearer']);
      for (const username of ['nobody', 'x', '', 'not a name', 'a'.repeat(1000)]) {
        const unknown = await ask('POST', LOGIN, { body: { username, password: 'wrong horse' } });
        assert.equal(contentOf(unknown), contentOf(wrong), username);
      }
    }));

  it('503 with Retry-After: past the limit of hashes at once and waiting, and at the limit not', () =>
    withGateway(
      async ({ ask }) => {
        const attempts = await Promise.all(
          Array.from({ length: 4 }, () => ask('POST', LOGIN, { body: { username: 'nobody', password: 'wrong horse' } })),
        );
        assert.deepEqual(attempts.map(({ status }) => status), [401, 401, 503, 503]);
        const newcomers = await Promise.all(['ann', 'ben', 'cal'].map((username) => ask('POST', REGISTER, { body: { ...ALICE, username } })));
        assert.deepEqual(newcomers.map(({ status }) => status), [201, 201, 503]);
        for (const shed of [...attempts.slice(2), ...newcomers.slice(2)]) {
          assert.deepEqual([shed.headers['retry-after'], codeOf(shed)], ['1', 'SERVICE_UNAVAILABLE']);
        }
      },
      { limits: { passwordHashesAtOnce: 1, passwordHashesWaiting: 1 } },
    ));
});

describe('the issuer’s documents', () => {
  it('agree with each other and with the tokens, for an outside party that knows only the issuer’s address', () =>
    withGateway(async (under) => {
      const discovery = await under.ask('GET', '/.well-known/openid-configuration');
      assert.deepEqual([discovery.status, discovery.body['issuer']], [200, ISSUER_URL]);
      assert.deepEqual(discovery.body['id_token_signing_alg_values_supported'], ['RS256']);
      const jwks = await fetchFrom(under)(String(discovery.body['jwks_uri']));
      const keys = createLocalJWKSet(jwks as JSONWebKeySet);
      const options = { issuer: ISSUER_URL, algorithms: ['RS256'], currentDate: new Date(under.clock.wallMs()) };
      const { payload } = await jwtVerify(await under.token('u123', 'organizer'), keys, options);
      assert.deepEqual([payload.sub, payload['role']], ['u123', 'organizer']);
      for (const claim of Object.keys(payload)) assert.ok((discovery.body['claims_supported'] as string[]).includes(claim), claim);
    }));

  it('serve a verifier that discovers them over HTTP, as another service does', () =>
    withGateway(async (under) => {
      const verifier = createTokenVerifier({ issuer: ISSUER_URL, fetchJson: fetchFrom(under), clock: under.clock, limits: DEFAULT_LIMITS });
      assert.partialDeepStrictEqual(await verifier.verify(await under.token('u123', 'admin')), { userId: 'u123', roles: ['admin'] });
    }));

  it('show no private part of a key, and may be kept for five minutes', () =>
    withGateway(async ({ ask }) => {
      const { body, headers } = await ask('GET', '/.well-known/jwks.json');
      assert.equal(headers['cache-control'], 'public, max-age=300');
      for (const key of body['keys'] as object[]) assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    }));
});

/** Gets a document of the issuer's address from the running server. */
const fetchFrom = ({ ask }: GatewayUnderTest) => async (url: string): Promise<unknown> => {
  assert.ok(url.startsWith(ISSUER_URL));
  return (await ask('GET', url.slice(ISSUER_URL.length))).body;
};
