import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '@traffic-tacos/kernel';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createTokenVerifier, type Caller, type Refusal, type TokenVerifier } from '../src/index.ts';
import { createTestIssuer, withServer } from '../src/testing.ts';
import { HOLD } from './sample-routes.ts';

const LIMITS = { verifiedTokens: 100, idChars: 128 };
const seconds = (clock: ManualClock): number => Math.floor(clock.wallMs() / 1000);
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function outcomeOf(verifier: TokenVerifier, token: string): Promise<string> {
  const verified: Caller | Refusal = await verifier.verify(token);
  return 'refused' in verified ? `${verified.refused}: ${verified.details?.[0]?.reason}` : verified.userId;
}

test('S18: a token that is forged, foreign, stale or of another kind is 401, and no address and no file is looked up for it', async () => {
  const clock = new ManualClock();
  const issuer = await createTestIssuer(clock);
  const asked: string[] = [];
  const verifier = issuer.verifier({
    audience: 'tickets',
    fetchJson: (url) => {
      asked.push(url);
      return Promise.reject(new TypeError('must not be asked'));
    },
  });
  const now = seconds(clock);
  const good = { iss: issuer.issuer, sub: 'u1', aud: 'tickets', iat: now, exp: now + 60 };
  const without = (claim: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== claim));
  const pem = createPublicKey({ key: issuer.keys().keys[0] ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const unsigned = `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(good)}`;
  const hs256 = `${base64url({ alg: 'HS256', typ: 'JWT', kid: 'test-key' })}.${base64url(good)}`;
  const signed = await issuer.sign(good);
  const [head = '', payload = '', signature = ''] = signed.split('.');

  assert.equal(await outcomeOf(verifier, signed), 'u1');
  const bad: Readonly<Record<string, string>> = {
    'alg none': `${unsigned}.`,
    'alg none, with a signature': `${unsigned}.${signature}`,
    'alg None in other letters': `${base64url({ alg: 'nOnE', typ: 'JWT' })}.${payload}.`,
    'HS256 signed with the public key': `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`,
    'RS512, which nobody allows': `${base64url({ alg: 'RS512', typ: 'JWT', kid: 'test-key' })}.${payload}.${signature}`,
    'unknown kid': await issuer.sign(good, { kid: 'other' }),
    'path in kid': await issuer.sign(good, { kid: '../../../../dev/null' }),
    'URL in kid': await issuer.sign(good, { kid: 'http://evil.test/key' }),
    'jku to elsewhere': await issuer.sign(good, { kid: 'evil', jku: 'http://evil.test/jwks' }),
    'x5u to elsewhere': await issuer.sign(good, { kid: 'evil', x5u: 'http://evil.test/cert' }),
    'embedded key': await signedByOther(good),
    'wrong issuer': await issuer.sign({ ...good, iss: 'http://evil.test' }),
    'no issuer': await issuer.sign(without('iss')),
    'wrong audience': await issuer.sign({ ...good, aud: 'other' }),
    'no audience': await issuer.sign(without('aud')),
    'wrong type': await issuer.sign(good, { typ: 'reservation+jwt' }),
    'no type': await issuer.sign(good, { typ: undefined }),
    'type is no text': await issuer.sign(good, { typ: 5 }),
    'unknown critical header': `${base64url({ alg: 'RS256', typ: 'JWT', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    expired: await issuer.sign({ ...good, exp: now }),
    'without expiry': await issuer.sign(without('exp')),
    'not yet valid': await issuer.sign({ ...good, nbf: now + 1 }),
    'no subject': await issuer.sign(without('sub')),
    'empty subject': await issuer.sign({ ...good, sub: '' }),
    'long subject': await issuer.sign({ ...good, sub: 'x'.repeat(129) }),
    'payload changed': `${head}.${base64url({ ...good, sub: 'admin' })}.${signature}`,
    'signature cut': signed.slice(0, -4),
    'signature of zeros': `${head}.${payload}.${'A'.repeat(signature.length)}`,
    '1 MB': `${head}.${payload}.${'A'.repeat(1_000_000)}`,
    empty: '',
    'two parts': `${head}.${payload}`,
    'no base64': '!.!.!',
    'payload is no JSON': `${head}.${Buffer.from('x').toString('base64url')}.${signature}`,
  };
  for (const [name, token] of Object.entries(bad)) {
    assert.match(await outcomeOf(verifier, token), /^UNAUTHENTICATED: /, name);
  }
  assert.deepEqual(asked, []);
});

async function signedByOther(payload: Readonly<Record<string, unknown>>): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', jwk }).sign(privateKey);
}

test('S18: over HTTP each of them is 401 with the same shape, and a 1 MB token is 431', async () => {
  await withServer([HOLD], async ({ url, issuer }) => {
    const post = (token: string): Promise<Response> =>
      fetch(`${url}/v1/reservations`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: new Uint8Array() });
    const unsigned = `${base64url({ alg: 'none' })}.${base64url({ sub: 'u' })}.`;
    for (const token of ['a.b.c', await issuer.token({ userId: 'u', expiresInSeconds: 0 }), unsigned]) {
      const reply = await post(token);
      assert.deepEqual([reply.status, reply.headers.get('www-authenticate')], [401, 'Bearer']);
    }
    assert.equal((await post('x'.repeat(1_000_000))).status, 431);
  });
});

test('RS256, ES256 and EdDSA are believed, and the key is chosen by its name', async () => {
  const clock = new ManualClock();
  const pairs = await Promise.all(['RS256', 'ES256', 'EdDSA'].map(async (alg) => ({ alg, ...(await generateKeyPair(alg)) })));
  const keys = await Promise.all(pairs.map(async ({ alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid: `key-${alg}` })));
  const verifier = createTokenVerifier({ issuer: 'i', keys: () => document, clock, limits: LIMITS });
  const document = { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'shared' }, ...keys] };
  for (const { alg, privateKey } of pairs) {
    const token = (kid: string) =>
      new SignJWT({ iss: 'i', sub: alg, exp: seconds(clock) + 60 }).setProtectedHeader({ alg, typ: 'at+jwt', kid }).sign(privateKey);
    assert.equal(await outcomeOf(verifier, await token(`key-${alg}`)), alg);
    assert.match(await outcomeOf(verifier, await token('shared')), /unknown key/);
  }
});

test('a token is valid until the instant of its exp and not at it, remembered or not', async () => {
  const clock = new ManualClock();
  const issuer = await createTestIssuer(clock);
  const verifier = issuer.verifier();
  const token = await issuer.token({ userId: 'u1', expiresInSeconds: 60 });
  const expiresAtMs = (seconds(clock) + 60) * 1000;
  clock.set(expiresAtMs - 1);
  assert.equal(await outcomeOf(verifier, token), 'u1');
  assert.equal((verifier.verify(token) as Caller).userId, 'u1', 'a remembered token is answered without a promise');
  clock.set(expiresAtMs);
  assert.match(await outcomeOf(verifier, token), /expired/);
  assert.match(await outcomeOf(issuer.verifier(), token), /expired/);
});

test('roles come from the claim that is named, as a text, a list, or within objects', async () => {
  const clock = new ManualClock();
  const issuer = await createTestIssuer(clock);
  const rolesOf = async (claims: Readonly<Record<string, unknown>>, rolesClaim?: string): Promise<readonly string[]> => {
    const verifier = issuer.verifier(rolesClaim === undefined ? {} : { rolesClaim });
    const verified = await verifier.verify(await issuer.sign({ iss: issuer.issuer, sub: 'u', exp: seconds(clock) + 60, ...claims }));
    return (verified as Caller).roles;
  };
  assert.deepEqual(await rolesOf({ role: 'admin' }), ['admin']);
  assert.deepEqual(await rolesOf({ role: ['admin', 5, '', null, 'user'] }), ['admin', 'user']);
  assert.deepEqual(await rolesOf({ role: { admin: true } }), []);
  assert.deepEqual(await rolesOf({}), []);
  assert.deepEqual(await rolesOf({ scope: 'a b' }, 'scope'), ['a', 'b']);
  assert.deepEqual(await rolesOf({ realm_access: { roles: ['organizer'] } }, 'realm_access.roles'), ['organizer']);
  assert.deepEqual(await rolesOf({ 'https://x.test/roles': ['a'] }, 'https://x.test/roles'), ['a']);
  assert.deepEqual(await rolesOf({}, 'constructor.name'), []);
});

test('S19: a service credential that is valid for more than five minutes, or does not say since when, is refused; a user’s token may last', async () => {
  const clock = new ManualClock();
  const issuer = await createTestIssuer(clock);
  const now = seconds(clock);
  const lasting = (claims: object) => issuer.sign({ iss: issuer.issuer, sub: 'gateway', role: 'service', ...claims }).then((token) => outcomeOf(issuer.verifier(), token));
  assert.equal(await lasting({ iat: now, exp: now + 300 }), 'gateway');
  assert.equal(await lasting({ iat: now - 30, exp: now + 300 }), 'gateway', 'an issuer may round');
  assert.match(await lasting({ iat: now - 31, exp: now + 300 }), /valid for more than five minutes/);
  assert.match(await lasting({ exp: now + 60 }), /does not say when it was issued/);
  assert.equal(await lasting({ iat: now + 30, exp: now + 60 }), 'gateway', 'clocks may differ');
  assert.match(await lasting({ iat: now + 31, exp: now + 60 }), /is not issued yet/);
  assert.match(await lasting({ role: ['user', 'service'], iat: now, exp: now + 3600 }), /valid for more than five minutes/);
  assert.equal(await lasting({ role: 'user', exp: now + 3600 }), 'gateway');
});

test('a service credential counts only at the service it is for; an untyped token only where that is allowed', async () => {
  const clock = new ManualClock();
  const issuer = await createTestIssuer(clock);
  const credential = await issuer.token({ userId: 'gateway', role: 'service', audience: 'reservation' });
  assert.equal(await outcomeOf(issuer.verifier({ serviceAudience: 'reservation' }), credential), 'gateway');
  assert.match(await outcomeOf(issuer.verifier({ serviceAudience: 'inventory' }), credential), /another service/);
  const untyped = await issuer.sign({ iss: issuer.issuer, sub: 'u', exp: seconds(clock) + 60 }, { typ: undefined });
  assert.equal(await outcomeOf(issuer.verifier({ allowUntyped: true }), untyped), 'u');
});
