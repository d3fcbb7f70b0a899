import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, concurrencySuite, withPlatform, type Answer, type Client } from '@traffic-tacos/platform/testing';

const times = <T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, (_, i) => make(i)));
const withStatus = (answers: readonly Answer[], status: number): number => answers.filter((answer) => answer.status === status).length;

concurrencySuite('one process', withPlatform, 500);

/** Client and server share one thread here, so a request may take long to be written; that is not what is tested. */
const PATIENT = { http: { headersTimeoutMs: 60_000, requestTimeoutMs: 60_000 } };

test('S4: ten thousand requests for the last place of a pool: one success', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 1, 1);
    const users = await times(100, (i) => on.user(`user-${i}`));
    const ask = (user: Client): Promise<Answer> =>
      user.post('reservation', '/v1/reservations', { key: crypto.randomUUID(), body: { event_id: 'evt_1', qty: 1, section: 'FLOOR' } });
    const rounds = await times(10_000, (i) => ask(users[i % users.length] ?? assert.fail()));
    assert.equal(withStatus(rounds, 201), 1);
    assert.equal(rounds.filter((answer) => codeOf(answer) === 'INVENTORY_CONFLICT').length, 9_999);
  }, PATIENT));

test('S7: a client that gave up while its request was queued finds its hold with the same key', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 10);
    const alice = await on.user('alice');
    const token = await on.platform.signToken({ userId: 'alice', role: 'user', ttlSeconds: 60 });
    const given = new AbortController();
    const lost = fetch(`${on.platform.addresses.reservation}/v1/reservations`, {
      method: 'POST', signal: given.signal, body: JSON.stringify({ eventId: 'evt_1', seatIds: ['A-1'] }),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k', authorization: `Bearer ${token.kind === 'signed' ? token.token : ''}` },
    }).catch(() => undefined);
    given.abort();
    await lost;
    const retry = await alice.hold('evt_1', ['A-1'], 'k');
    assert.equal(retry.status, 201);
    const list = await alice.get('reservation', '/v1/reservations');
    assert.equal((list.body['reservations'] as readonly unknown[]).length, 1);
  }));

test('two platforms live in one process and share nothing', () =>
  withPlatform((one) =>
    withPlatform(async (other) => {
      await one.event('evt_1', 1);
      await other.event('evt_1', 1);
      assert.equal((await (await one.user('alice')).hold('evt_1', ['A-1'])).status, 201);
      assert.equal((await (await other.user('alice')).hold('evt_1', ['A-1'])).status, 201);
    }),
  ));
