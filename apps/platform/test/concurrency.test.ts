import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { codeOf, withPlatform, type Answer, type Client } from '@traffic-tacos/platform/testing';

const times = <T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, (_, i) => make(i)));
const withStatus = (answers: readonly Answer[], status: number): number => answers.filter((answer) => answer.status === status).length;

test('S4: a thousand at once at a fresh process with its defaults, for the last seat: one gets it, the rest are told, nobody gets a 5xx', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 1);
    const users = await times(1_000, (i) => on.user(`user-${i}`));
    const answers = await Promise.all(users.map((user) => user.hold('evt_1', ['A-1'])));
    assert.equal(withStatus(answers, 201), 1);
    assert.equal(answers.filter((answer) => codeOf(answer) === 'SEAT_UNAVAILABLE').length, 999);
  }));

test('S4: ten thousand requests for the last place of a pool: one success', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 1, 1);
    const users = await times(100, (i) => on.user(`user-${i}`));
    const ask = (user: Client): Promise<Answer> =>
      user.post('reservation', '/v1/reservations', { key: crypto.randomUUID(), body: { event_id: 'evt_1', qty: 1, section: 'FLOOR' } });
    const rounds = await times(10_000, (i) => ask(users[i % users.length] ?? assert.fail()));
    assert.equal(withStatus(rounds, 201), 1);
    assert.equal(rounds.filter((answer) => codeOf(answer) === 'INVENTORY_CONFLICT').length, 9_999);
  }));

test('S6: fifty twins with one key have one effect and identical bytes; another body is a conflict; another user is apart', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 10);
    const alice = await on.user('alice');
    const twins = await times(50, () => alice.hold('evt_1', ['A-1', 'A-2'], 'one-key'));
    assert.deepEqual(new Set(twins.map(({ status }) => status)), new Set([201]));
    assert.equal(new Set(twins.map(({ text }) => text)).size, 1);
    assert.equal(twins.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length, 1);
    assert.equal(codeOf(await alice.hold('evt_1', ['A-3'], 'one-key')), 'IDEMPOTENCY_CONFLICT');
    assert.equal((await (await on.user('bob')).hold('evt_1', ['A-3'], 'one-key')).status, 201);
  }));

test('S6: the key is one over both ports and both spellings', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 10);
    const alice = await on.user('alice');
    const held = await alice.hold('evt_1', ['A-1'], 'k');
    const again = await alice.post('gateway', '/api/v1/reservations', { key: 'k', body: { event_id: 'evt_1', seat_ids: ['A-1'], qty: 1 } });
    assert.equal(again.status, 201);
    assert.equal(again.body['reservation_id'], held.id);
  }));

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

test('S8: confirm against cancel, 500 times, has one winner each, and the loser is told', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 500, 1, { purchase_limit: 1_000 });
      const alice = await on.user('alice');
      await times(500, async (i) => {
        const held = await alice.hold('evt_1', [`A-${i + 1}`]);
        const intent = await alice.post('gateway', '/api/v1/payments/intent', {
          key: crypto.randomUUID(), body: { reservation_id: held.id, amount: 1000, currency: 'KRW', scenario: 'DELAY' },
        });
        const process = { body: { payment_intent_id: intent.body['payment_intent_id'] } };
        const paid = alice.post('gateway', '/api/v1/payments/process', process);
        const [confirmed, cancelled] = await Promise.all([
          paid.then(() => alice.confirm(held.id, String(intent.body['payment_intent_id']))),
          i % 2 === 0 ? alice.cancel(held.id) : paid.then(() => alice.cancel(held.id)),
        ]);
        assert.deepEqual([confirmed.status, cancelled.status].sort(), [200, 409], `${confirmed.text} ${cancelled.text}`);
      });
    },
    { holdMs: durationMs(60_000) },
  ));

test('S9: a late cancel by the one whose hold is over leaves the next owner alone', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 1);
      const alice = await on.user('alice');
      const bob = await on.user('bob');
      const first = await alice.hold('evt_1', ['A-1']);
      let second = await bob.hold('evt_1', ['A-1']);
      while (second.status !== 201) second = await bob.hold('evt_1', ['A-1']);
      assert.equal(codeOf(await alice.cancel(first.id)), 'RESERVATION_EXPIRED');
      assert.equal(codeOf(await alice.hold('evt_1', ['A-1'])), 'SEAT_UNAVAILABLE');
      assert.equal((await bob.get('reservation', `/v1/reservations/${second.id}`)).body['status'], 'HOLD');
    },
    { holdMs: durationMs(1_000) },
  ));

test('two platforms live in one process and share nothing', () =>
  withPlatform((one) =>
    withPlatform(async (other) => {
      await one.event('evt_1', 1);
      await other.event('evt_1', 1);
      assert.equal((await (await one.user('alice')).hold('evt_1', ['A-1'])).status, 201);
      assert.equal((await (await other.user('alice')).hold('evt_1', ['A-1'])).status, 201);
    }),
  ));
