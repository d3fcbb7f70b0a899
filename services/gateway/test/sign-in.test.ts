import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, SeededRandom } from '@traffic-tacos/kernel';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { EmbeddedAccountStore } from '../src/adapters/embedded/account-store.ts';
import { AccountTable } from '../src/adapters/embedded/account-table.ts';
import { Argon2Hasher, type Derive } from '../src/adapters/embedded/argon2-hasher.ts';
import { JoseTokenSigner } from '../src/adapters/embedded/jose-token-signer.ts';
import { loadOrCreateKeys } from '../src/adapters/embedded/signing-key-file.ts';
import type { SigningKeys } from '../src/adapters/embedded/signing-keys.ts';
import { createLogin, type Login } from '../src/application/login.ts';
import { createRegister, type RegisterCommand } from '../src/application/register.ts';
import { createSignToken } from '../src/application/sign-token.ts';
import { MAX_TOKEN_TTL_SECONDS } from '../src/domain/claims.ts';
import { parseUsername } from '../src/domain/username.ts';
import { MemorySink, memoryUnits } from './memory-sink.ts';

const WEAK = { memoryKib: 64, passes: 1, lanes: 1 };
const ISSUER = { url: 'https://tickets.example', audience: undefined };
const ALICE: RegisterCommand = { username: 'Alice', password: 'correct horse', displayName: undefined, email: undefined };

let dir = '';
let keys: SigningKeys;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tacos-sign-in-'));
  keys = await loadOrCreateKeys(dir);
});
after(() => rm(dir, { recursive: true }));

/** Sign-in over an empty store, with a cheap hash whose runs are counted. */
function openSignIn({ atOnce = 2, waiting = 64 } = {}) {
  const machine = { clock: new ManualClock(), random: new SeededRandom(7) };
  const runs: string[] = [];
  const derive: Derive = async (password, salt, parameters) => {
    runs.push(JSON.stringify([salt.length, parameters]));
    await new Promise<void>((resolve) => setImmediate(resolve));
    return Buffer.concat([password, salt, Buffer.alloc(32)]).subarray(0, 32);
  };
  const hasher = new Argon2Hasher({ passwordHashesAtOnce: atOnce, passwordHashesWaiting: waiting }, WEAK, derive);
  const sink = new MemorySink();
  const accounts = new EmbeddedAccountStore(memoryUnits(sink), new AccountTable(100));
  const signToken = createSignToken({ signer: new JoseTokenSigner(keys), issuer: ISSUER, ...machine });
  const deps = { accounts, hasher, signToken, tokenTtlSeconds: 3600 };
  return { register: createRegister({ ...deps, ...machine }), login: createLogin(deps), deps, runs, sink, hasher, signToken, machine };
}

describe('registering', () => {
  it('gives a generated id, role user, and a token for them', async () => {
    const { register, machine } = openSignIn();
    const outcome = await register(ALICE);
    assert.equal(outcome.kind, 'registered');
    if (outcome.kind !== 'registered') return;
    const { token, ...session } = outcome.session;
    assert.match(session.userId, /^usr_[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.deepEqual(session, { userId: session.userId, username: 'alice', displayName: 'Alice', role: 'user', expiresIn: 3600 });
    const { payload } = await verifyAsOutsider(token, machine.clock.wallMs());
    assert.deepEqual([payload.sub, payload['role'], payload.iss], [session.userId, 'user', ISSUER.url]);
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3600);
  });

  it('gives one username to one of fifty who ask at once, however they spell it, and all others hear that it is taken', async () => {
    const { register, login } = openSignIn();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => register({ ...ALICE, username: i % 2 === 0 ? 'alice' : 'ALICE', password: `password ${i}` })),
    );
    const winners = outcomes.flatMap((outcome, i) => (outcome.kind === 'registered' ? [{ i, userId: outcome.session.userId }] : []));
    assert.equal(winners.length, 1);
    assert.equal(outcomes.filter(({ kind }) => kind === 'username_taken').length, 49);
    const back = await login({ username: 'alice', password: `password ${winners[0]?.i}` });
    assert.ok(back.kind === 'signed_in' && back.session.userId === winners[0]?.userId);
  });

  it('lists everything that is wrong at once, and hashes nothing', async () => {
    const { register, runs } = openSignIn();
    const outcome = await register({ username: 'a b', password: 'short', displayName: ' ', email: 'nowhere' });
    assert.ok(outcome.kind === 'invalid');
    assert.deepEqual(outcome.problems.map(({ field }) => field), ['username', 'password', 'displayName', 'email']);
    assert.deepEqual(runs, []);
  });

  it('keeps the password nowhere: neither in the journal nor in the answer', async () => {
    const { register, sink } = openSignIn();
    const outcome = await register({ ...ALICE, password: 'correct horse battery staple' });
    const written = Buffer.concat(sink.entries.flat().map(({ bytes }) => bytes)).toString('latin1');
    assert.ok(written.includes('alice') && !written.includes('battery'));
    assert.ok(!JSON.stringify(outcome).includes('battery'));
  });
});

describe('signing in', () => {
  it('gives back the same user, in any spelling of the username, and never for another password', async () => {
    const { register, login } = openSignIn();
    const registered = await register(ALICE);
    const back = await login({ username: 'ALICE', password: 'correct horse' });
    assert.ok(registered.kind === 'registered' && back.kind === 'signed_in');
    assert.equal(back.session.userId, registered.session.userId);
    assert.notEqual(back.session.token, registered.session.token);
    for (const password of ['', 'Correct horse', 'correct horse ', 'x'.repeat(10_000), 'correct\ud800']) {
      assert.deepEqual(await login({ username: 'alice', password }), { kind: 'wrong_credentials' });
    }
  });

  it('I10: tells an unknown user from a wrong password neither by the answer nor by the work done', async () => {
    const signIn = openSignIn();
    await signIn.register(ALICE);
    assert.deepEqual(await differencesToUnknown(signIn.login, signIn.runs), []);
  });

  it('planted bug: a sign-in that stops at an unknown user is told apart by the check above', async () => {
    const signIn = openSignIn();
    await signIn.register(ALICE);
    const hasty: Login = async (command) => {
      const parsed = parseUsername(command.username);
      const account = parsed.kind === 'username' ? await signIn.deps.accounts.findForLogin(parsed.username) : undefined;
      return account === undefined ? { kind: 'wrong_credentials' } : signIn.login(command);
    };
    assert.deepEqual(await differencesToUnknown(hasty, signIn.runs), ['nobody', 'ab', 'not a name']);
  });

  it('answers busy at once past its limit, and changes nothing then', async () => {
    const { register, login } = openSignIn({ atOnce: 1, waiting: 1 });
    await register(ALICE);
    const attempts = await Promise.all(Array.from({ length: 5 }, () => login({ username: 'alice', password: 'correct horse' })));
    assert.deepEqual(attempts.map(({ kind }) => kind), ['signed_in', 'signed_in', 'busy', 'busy', 'busy']);
    const registrations = await Promise.all(['bob', 'carol', 'dave'].map((username) => register({ ...ALICE, username })));
    assert.deepEqual(registrations.map(({ kind }) => kind), ['registered', 'registered', 'busy']);
    assert.equal((await register({ ...ALICE, username: 'dave' })).kind, 'registered', 'the name was not taken by the busy one');
  });

  it('answers an unknown user busy as well, so that the limit tells nothing either', async () => {
    const { login } = openSignIn({ atOnce: 1, waiting: 0 });
    const attempts = await Promise.all(['nobody', 'no-one'].map((username) => login({ username, password: 'correct horse' })));
    assert.deepEqual(attempts.map(({ kind }) => kind), ['wrong_credentials', 'busy']);
  });
});

describe('tokens for named users', () => {
  it('are signed for the operator with any role, and verified by the published keys', async () => {
    const { signToken, machine } = openSignIn();
    const outcome = await signToken({ userId: 'u123', role: 'organizer', ttlSeconds: 600 });
    assert.ok(outcome.kind === 'signed');
    const { payload } = await verifyAsOutsider(outcome.token, machine.clock.wallMs());
    assert.deepEqual([payload.sub, payload['role']], ['u123', 'organizer']);
    machine.clock.advance(600_000);
    await assert.rejects(verifyAsOutsider(outcome.token, machine.clock.wallMs()), { code: 'ERR_JWT_EXPIRED' });
  });

  it('are each their own, even for the same user in the same millisecond', async () => {
    const { signToken, machine } = openSignIn();
    const ids = new Set<unknown>();
    for (let i = 0; i < 20; i++) {
      const outcome = await signToken({ userId: 'u123', role: 'user', ttlSeconds: 600 });
      if (outcome.kind === 'signed') ids.add((await verifyAsOutsider(outcome.token, machine.clock.wallMs())).payload.jti);
    }
    assert.equal(ids.size, 20);
  });

  it('are refused with every reason', async () => {
    const { signToken } = openSignIn();
    const outcome = await signToken({ userId: '', role: 'admin', ttlSeconds: MAX_TOKEN_TTL_SECONDS + 1 });
    assert.ok(outcome.kind === 'bad_request');
    assert.equal(outcome.problems.length, 2);
  });
});

/** For which unknown users a failed sign-in differs, in its outcome or in the hashes computed, from one with a wrong password. */
async function differencesToUnknown(login: Login, runs: string[]): Promise<readonly string[]> {
  const observe = async (username: string): Promise<string> => {
    runs.length = 0;
    const outcome = await login({ username, password: 'wrong horse' });
    return JSON.stringify({ outcome, runs });
  };
  const known = await observe('alice');
  const different: string[] = [];
  for (const username of ['nobody', 'ab', 'not a name']) if ((await observe(username)) !== known) different.push(username);
  return different;
}

function verifyAsOutsider(token: string, atMs: number): ReturnType<typeof jwtVerify> {
  const published = createLocalJWKSet({ keys: keys.map(({ publicKey }) => ({ ...publicKey })) });
  return jwtVerify(token, published, { issuer: ISSUER.url, algorithms: ['RS256'], currentDate: new Date(atMs) });
}
