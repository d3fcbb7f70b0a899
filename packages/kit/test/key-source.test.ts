import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ManualClock, Unavailable } from '@traffic-tacos/kernel';
import { createFetchJson, createLogger, createTokenVerifier, prepareVerifiers, type Caller, type FetchJson, type PreparedVerifier } from '../src/index.ts';
import { VerifiedTokens } from '../src/auth/verified-tokens.ts';
import { createTestIssuer, type TestIssuer } from '../src/testing.ts';

const LIMITS = { verifiedTokens: 100, idChars: 128 };
const TIMES = { maxAgeMs: 600_000, coolDownMs: 30_000, failureCoolDownMs: 1_000 };
const JWKS = 'http://issuer.test/keys';

/** An issuer elsewhere: what it answers by address, and what it was asked. */
function remote(documents: Record<string, unknown>): { readonly asked: string[]; readonly fetchJson: FetchJson } {
  const asked: string[] = [];
  const fetchJson: FetchJson = async (url) => {
    asked.push(url);
    if (documents[url] === undefined) throw new Unavailable(`${url} is down`);
    return documents[url];
  };
  return { asked, fetchJson };
}

function verifierOf(clock: ManualClock, fetchJson: FetchJson, from: { readonly issuer?: string; readonly jwksUri?: string }): PreparedVerifier {
  return createTokenVerifier({ ...from, clock, fetchJson, keyTimes: TIMES, limits: LIMITS });
}

async function setUp(): Promise<{ readonly clock: ManualClock; readonly issuer: TestIssuer }> {
  const clock = new ManualClock();
  return { clock, issuer: await createTestIssuer(clock) };
}

test('keys are found by discovery, once, however many tokens come at the same time', async () => {
  const { clock, issuer } = await setUp();
  const discovery = 'http://issuer.test/.well-known/openid-configuration';
  const { asked, fetchJson } = remote({ [discovery]: { issuer: issuer.issuer, jwks_uri: JWKS }, [JWKS]: issuer.keys() });
  const verifier = verifierOf(clock, fetchJson, { issuer: issuer.issuer });
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => issuer.token({ userId: `u${i}` })));
  const callers = await Promise.all(tokens.map((token) => verifier.verify(token)));
  assert.deepEqual(callers.map((caller) => (caller as Caller).userId), tokens.map((_, i) => `u${i}`));
  assert.deepEqual(asked, [discovery, JWKS]);
});

test('keys are fetched before the first token comes, which then asks nobody', async () => {
  const { clock, issuer } = await setUp();
  const { asked, fetchJson } = remote({ [JWKS]: issuer.keys() });
  const verifier = verifierOf(clock, fetchJson, { jwksUri: JWKS });
  assert.equal(await verifier.prepare(), undefined);
  assert.deepEqual(asked, [JWKS]);
  assert.equal((await verifier.verify(await issuer.token({ userId: 'u' })) as Caller).userId, 'u');
  assert.deepEqual(asked, [JWKS]);
});

test('an issuer that is away at the start is told of, fails nothing, and is asked again by the first token without a pause', async () => {
  const { clock, issuer } = await setUp();
  const documents: Record<string, unknown> = {};
  const { asked, fetchJson } = remote(documents);
  const verifier = verifierOf(clock, fetchJson, { jwksUri: JWKS });
  const lines: string[] = [];
  await prepareVerifiers([verifier], createLogger({ service: 'test', level: 'warn', destination: { write: (line) => void lines.push(line) } }), 1);
  assert.match(lines.join(), /the issuer's keys cannot be had yet/);
  documents[JWKS] = issuer.keys();
  assert.equal((await verifier.verify(await issuer.token({ userId: 'u' })) as Caller).userId, 'u');
  assert.deepEqual(asked, [JWKS, JWKS]);
});

test('an issuer that comes a little after those who believe it is nothing to tell of', async () => {
  const { clock, issuer } = await setUp();
  const documents: Record<string, unknown> = {};
  const { asked, fetchJson } = remote(documents);
  const verifier = verifierOf(clock, fetchJson, { jwksUri: JWKS });
  const lines: string[] = [];
  const starts = (): Promise<void> => {
    if (asked.length === 3) documents[JWKS] = issuer.keys();
    return Promise.resolve();
  };
  await prepareVerifiers([verifier], createLogger({ service: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } }), 5, starts);
  assert.deepEqual([lines, asked], [[], [JWKS, JWKS, JWKS, JWKS]]);
});

test('discovery that names another issuer or an address without TLS is not followed', async () => {
  const { clock, issuer } = await setUp();
  const attempt = (from: string, document: unknown) => {
    const { asked, fetchJson } = remote({ [`${from}/.well-known/openid-configuration`]: document, [JWKS]: issuer.keys() });
    return { asked, verified: issuer.token({ userId: 'u' }).then((token) => verifierOf(clock, fetchJson, { issuer: from }).verify(token)) };
  };
  for (const document of [
    { issuer: 'https://other.test', jwks_uri: JWKS },
    { issuer: 'https://safe.test', jwks_uri: JWKS },
    { issuer: 'https://safe.test', jwks_uri: 'file:///etc/passwd' },
    { issuer: 'https://safe.test' },
    null,
  ]) {
    const { asked, verified } = attempt('https://safe.test', document);
    await assert.rejects(verified, Unavailable);
    assert.equal(asked.length, 1);
  }
});

test('an unknown key name asks the issuer again, at most once in the cool-down, and finds a key that is new', async () => {
  const { clock, issuer } = await setUp();
  const rotated = await createTestIssuer(clock);
  const documents: Record<string, unknown> = { [JWKS]: issuer.keys() };
  const { asked, fetchJson } = remote(documents);
  const verifier = verifierOf(clock, fetchJson, { jwksUri: JWKS });
  await verifier.verify(await issuer.token({ userId: 'u' }));
  const unknown = (kid: string) => rotated.sign({ sub: 'u2', exp: clock.wallMs() / 1000 + 3600 }, { kid });
  for (let i = 0; i < 5; i++) assert.ok('refused' in (await verifier.verify(await unknown(`k${i}`))));
  assert.equal(asked.length, 1, 'the keys are fresh: nothing is asked within the cool-down');
  clock.advance(TIMES.coolDownMs);
  documents[JWKS] = { keys: [...issuer.keys().keys, { ...rotated.keys().keys[0], kid: 'new' }] };
  assert.equal(((await verifier.verify(await unknown('new'))) as Caller).userId, 'u2');
  for (let i = 0; i < 5; i++) assert.ok('refused' in (await verifier.verify(await unknown(`k${i}`))));
  assert.equal(asked.length, 2);
});

test('while the issuer is down, known keys go on; without any the answer is unavailable, and it is not asked in a storm', async () => {
  const { clock, issuer } = await setUp();
  const documents: Record<string, unknown> = {};
  const { asked, fetchJson } = remote(documents);
  const verifier = verifierOf(clock, fetchJson, { jwksUri: JWKS });
  const verify = async (userId: string) => verifier.verify(await issuer.token({ userId, expiresInSeconds: 86_400 }));
  for (let i = 0; i < 5; i++) await assert.rejects(verify('u'), Unavailable);
  assert.equal(asked.length, 1);
  clock.advance(TIMES.failureCoolDownMs);
  documents[JWKS] = issuer.keys();
  assert.equal(((await verify('u')) as Caller).userId, 'u');
  delete documents[JWKS];
  clock.advance(TIMES.maxAgeMs);
  assert.equal(((await verify('u2')) as Caller).userId, 'u2');
  assert.equal(asked.length, 3);
});

test('a key that the issuer has taken back is refused when its age is up, for remembered tokens too', async () => {
  const { clock, issuer } = await setUp();
  const documents: Record<string, unknown> = { [JWKS]: issuer.keys() };
  const { fetchJson } = remote(documents);
  const verifier = verifierOf(clock, fetchJson, { jwksUri: JWKS });
  const token = await issuer.token({ userId: 'u', expiresInSeconds: 86_400 });
  await verifier.verify(token);
  documents[JWKS] = { keys: [] };
  clock.advance(TIMES.maxAgeMs - 1);
  assert.equal(((await verifier.verify(token)) as Caller).userId, 'u');
  clock.advance(1);
  assert.ok('refused' in (await verifier.verify(token)));
});

test('keys of an issuer in this process change as soon as it hands out another document', async () => {
  const { clock, issuer } = await setUp();
  let document = issuer.keys();
  const verifier = issuer.verifier({ keys: () => document });
  assert.equal(((await verifier.verify(await issuer.token({ userId: 'a' }))) as Caller).userId, 'a');
  document = { keys: [] };
  assert.ok('refused' in (await verifier.verify(await issuer.token({ userId: 'b' }))));
  assert.equal(clock.nowMs(), clock.wallMs());
});

test('fetching: a document is read; errors, redirects, large and malformed answers are unavailability', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/ok') response.end('{"a":1}');
    else if (request.url === '/redirect') response.writeHead(302, { location: '/ok' }).end();
    else if (request.url === '/large') response.end(`"${'x'.repeat(2_000)}"`);
    else if (request.url === '/malformed') response.end('{');
    else if (request.url !== '/hangs') response.writeHead(500).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetchJson = createFetchJson({ timeoutMs: 30_000, maxBytes: 1_000 });
  const hasty = createFetchJson({ timeoutMs: 300, maxBytes: 1_000 });
  try {
    assert.deepEqual(await fetchJson(`${base}/ok`), { a: 1 });
    for (const path of ['/redirect', '/large', '/malformed', '/error']) await assert.rejects(fetchJson(base + path), Unavailable, path);
    await assert.rejects(hasty(`${base}/hangs`), Unavailable);
    await assert.rejects(fetchJson('http://127.0.0.1:1/'), Unavailable);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('remembered tokens: never more than the limit, those in use stay, the rest is forgotten', () => {
  const tokens = new VerifiedTokens(10);
  const verified = { caller: { userId: 'u', roles: [] }, trustedUntilMs: 1, expiresAtMs: 1 };
  for (let i = 0; i < 1_000; i++) {
    tokens.put(`t${i}`, verified);
    assert.ok(tokens.size <= 10);
    assert.equal(tokens.get('t0')?.caller, verified.caller, 'a token in use stays');
  }
  assert.equal(tokens.get('t1'), undefined);
  tokens.forget('t0');
  assert.equal(tokens.get('t0'), undefined);
});
