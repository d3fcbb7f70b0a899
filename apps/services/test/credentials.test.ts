import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock, Unavailable } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import { withServer } from '@traffic-tacos/kit/testing';
import { grantOf, keepFresh, keptCredential, type Issued } from '../src/credentials.ts';

/** An issuer that gives `t1`, `t2`… for five minutes each, until it is away. */
function issuer() {
  const state = { asked: 0, isAway: false };
  const issue = (): Promise<Issued> => {
    if (state.isAway) return Promise.reject(new Unavailable('away'));
    state.asked++;
    return Promise.resolve({ token: `t${state.asked}`, expiresInSeconds: 300 });
  };
  return { state, issue };
}

test('a credential is asked for once by many at once, and replaced from a minute before its end on', async () => {
  const clock = new ManualClock();
  const { state, issue } = issuer();
  const credential = keptCredential(issue, clock);
  assert.deepEqual(await Promise.all([credential(), credential(), credential()]), ['t1', 't1', 't1']);
  clock.advance(240_000 - 1);
  assert.equal(credential(), 't1');
  await setImmediate();
  assert.equal(state.asked, 1);
  clock.advance(1);
  assert.deepEqual([credential(), credential()], ['t1', 't1']);
  await setImmediate();
  assert.deepEqual([credential(), state.asked], ['t2', 2]);
});

test('an issuer that never answers costs no call anything while the old credential is valid: it is asked once, and nobody waits', async () => {
  const clock = new ManualClock();
  let asked = 0;
  const credential = keptCredential(() => (asked++ === 0 ? Promise.resolve({ token: 't1', expiresInSeconds: 300 }) : new Promise<Issued>(() => undefined)), clock);
  await credential();
  clock.advance(245_000);
  for (let i = 0; i < 3; i++) assert.equal(credential(), 't1');
  assert.equal(asked, 2);
});

test('while the issuer is away the old credential goes on to its end, and not a moment longer', async () => {
  const clock = new ManualClock();
  const { state, issue } = issuer();
  const credential = keptCredential(issue, clock);
  await credential();
  state.isAway = true;
  clock.advance(300_000 - 1);
  assert.equal(credential(), 't1');
  clock.advance(1);
  await assert.rejects(async () => credential(), Unavailable);
  state.isAway = false;
  assert.equal(await credential(), 't2');
});

test('an issuer that has failed is left alone for a second while the old credential is valid', async () => {
  const clock = new ManualClock();
  let asked = 0;
  const credential = keptCredential(() => (asked++ === 0 ? Promise.resolve({ token: 't1', expiresInSeconds: 300 }) : Promise.reject(new Unavailable('away'))), clock);
  const askedAfter = async (ms: number): Promise<number> => {
    clock.advance(ms);
    assert.equal(await credential(), 't1');
    await setImmediate();
    return asked;
  };
  await credential();
  assert.deepEqual([await askedAfter(240_000), await askedAfter(0), await askedAfter(999), await askedAfter(1)], [2, 2, 2, 3]);
});

test('the first credential is there before anybody calls, from the moment on that there is an issuer, and is kept fresh', async () => {
  const clock = new ManualClock();
  const { state, issue } = issuer();
  const waiting: (() => void)[] = [];
  const look = async (): Promise<void> => {
    clock.advance(1_500);
    waiting.shift()?.();
    await setImmediate();
  };
  state.isAway = true;
  const credential = keptCredential(issue, clock);
  const stop = keepFresh(credential, { after: (_ms, run) => (waiting.push(run), () => waiting.splice(0)) });
  await setImmediate();
  state.isAway = false;
  await look();
  state.isAway = true;
  assert.equal(credential(), 't1');
  state.isAway = false;
  clock.advance(240_000);
  await look();
  assert.equal(credential(), 't2');
  stop();
  assert.equal(waiting.length, 0);
});

const tokenRoute = (handle: Route['handle']): Route => ({
  method: 'POST', path: '/oauth2/token', access: 'anyone', summary: 'token', takesForm: true, handle,
  body: { clientId: { schema: { type: 'string' } }, audience: { schema: { type: 'string' } } },
});

test('the grant asks the issuer as itself for one audience; every failure of it is Unavailable, and tells no secret', async () => {
  const asked: unknown[] = [];
  const grants = tokenRoute(({ body }) => {
    asked.push({ ...body });
    return { status: 200, body: { accessToken: 'signed', expiresIn: 300 } };
  });
  await withServer([grants], async ({ url }) => {
    assert.deepEqual(await grantOf(url, 'payment', 'hush', 'reservation')(), { token: 'signed', expiresInSeconds: 300 });
  }, { settings: { answerSpelling: 'snake' } });
  assert.deepEqual(asked, [{ clientId: 'payment', audience: 'reservation' }]);
  const failing = [tokenRoute(() => ({ refused: 'UNAUTHENTICATED' })), tokenRoute(() => ({ status: 200, body: {} }))];
  for (const route of failing) {
    await withServer([route], ({ url }) => assert.rejects(grantOf(url, 'payment', 'hush', 'reservation')(), (error) => error instanceof Unavailable && !error.message.includes('hush')));
  }
  await assert.rejects(grantOf('http://127.0.0.1:1', 'payment', 'hush', 'reservation')(), Unavailable);
});
