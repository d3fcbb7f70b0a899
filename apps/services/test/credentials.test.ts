import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, Unavailable } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import { withServer } from '@traffic-tacos/kit/testing';
import { grantOf, keptCredential, type Issued } from '../src/credentials.ts';

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

test('a credential is asked for once by many at once, and kept until a minute before its end', async () => {
  const clock = new ManualClock();
  const { state, issue } = issuer();
  const credential = keptCredential(issue, clock);
  assert.deepEqual(await Promise.all([credential(), credential(), credential()]), ['t1', 't1', 't1']);
  clock.advance(240_000 - 1);
  assert.equal(credential(), 't1');
  clock.advance(1);
  assert.equal(await credential(), 't2');
  assert.equal(state.asked, 2);
});

test('while the issuer is away the old credential goes on to its end, and not a moment longer', async () => {
  const clock = new ManualClock();
  const { state, issue } = issuer();
  const credential = keptCredential(issue, clock);
  await credential();
  state.isAway = true;
  clock.advance(300_000 - 1);
  assert.equal(await credential(), 't1');
  clock.advance(1);
  await assert.rejects(async () => credential(), Unavailable);
  state.isAway = false;
  assert.equal(await credential(), 't2');
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
