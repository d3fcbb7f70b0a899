import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import type { OpenLayout } from './api-under-test.ts';
import { codeOf, type Answer, type Client } from './client.ts';
import { until } from './until.ts';

const times = <T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, (_, i) => make(i)));
const withStatus = (answers: readonly Answer[], status: number): number => answers.filter((answer) => answer.status === status).length;

/** Many at once at the public API, in whichever layout the platform runs. `racesAtOnce` of five hundred confirms against cancels run at a time. */
export function concurrencySuite(layout: string, open: OpenLayout, racesAtOnce: number): void {
  const it = (sentence: string, body: () => Promise<void>): void => void test(`${layout}: ${sentence}`, body);

  it('S4: a thousand at once at a fresh process, for the last seat: one gets it, the rest are told, nobody gets a 5xx', () =>
    open(async (on) => {
      await on.event('evt_1', 1);
      const users = await times(1_000, (i) => on.user(`user-${i}`));
      const answers = await Promise.all(users.map((user) => user.hold('evt_1', ['A-1'])));
      assert.equal(withStatus(answers, 201), 1);
      assert.equal(answers.filter((answer) => codeOf(answer) === 'SEAT_UNAVAILABLE').length, 999);
    }));

  it('S6: fifty twins with one key have one effect and identical bytes; another body is a conflict; another user is apart', () =>
    open(async (on) => {
      await on.event('evt_1', 10);
      const alice = await on.user('alice');
      const twins = await times(50, () => alice.hold('evt_1', ['A-1', 'A-2'], 'one-key'));
      assert.deepEqual(new Set(twins.map(({ status }) => status)), new Set([201]));
      assert.equal(new Set(twins.map(({ text }) => text)).size, 1);
      assert.equal(twins.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length, 1);
      assert.equal(codeOf(await alice.hold('evt_1', ['A-3'], 'one-key')), 'IDEMPOTENCY_CONFLICT');
      assert.equal((await (await on.user('bob')).hold('evt_1', ['A-3'], 'one-key')).status, 201);
    }));

  it('S6: the key is one over both ports and both spellings', () =>
    open(async (on) => {
      await on.event('evt_1', 10);
      const alice = await on.user('alice');
      const held = await alice.hold('evt_1', ['A-1'], 'k');
      const again = await alice.post('gateway', '/api/v1/reservations', { key: 'k', body: { event_id: 'evt_1', seat_ids: ['A-1'], qty: 1 } });
      assert.equal(again.status, 201);
      assert.equal(again.body['reservation_id'], held.id);
    }));

  it('S8: confirm against cancel, 500 times, has one winner each, and the loser is told', () =>
    open(async (on) => {
      await on.event('evt_1', 500, 1, { purchase_limit: 1_000 });
      const alice = await on.user('alice');
      const raceAll = async (lane: number): Promise<void> => {
        for (let i = lane; i < 500; i += racesAtOnce) await race(alice, i);
      };
      await times(racesAtOnce, raceAll);
    }));

  it('S9: a late cancel by the one whose hold is over leaves the next owner alone', () =>
    open(
      async (on) => {
        await on.event('evt_1', 1);
        const alice = await on.user('alice');
        const bob = await on.user('bob');
        const first = await alice.hold('evt_1', ['A-1']);
        const second = await bob.holdForLong('evt_1', 'A-1');
        assert.equal(codeOf(await alice.cancel(first.id)), 'RESERVATION_EXPIRED');
        assert.equal(codeOf(await alice.hold('evt_1', ['A-1'])), 'SEAT_UNAVAILABLE');
        assert.equal((await bob.get('reservation', `/v1/reservations/${second}`)).body['status'], 'HOLD');
      },
      { holdMs: durationMs(1_000) },
    ));
}

/** A confirm against a cancel of one hold; every other time the cancel comes only when the payment has been hurried. */
async function race(alice: Client, i: number): Promise<void> {
  const key = crypto.randomUUID();
  const held = await until(() => alice.hold('evt_1', [`A-${i + 1}`], key), ({ status }) => status === 201);
  const intentId = await until(() => alice.intent(held.id, 1000, 'DELAY'), (id) => id.startsWith('pay_'));
  const paid = until(() => alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } }), ({ status }) => status === 200);
  const [confirmed, cancelled] = await Promise.all([
    paid.then(() => alice.confirm(held.id, intentId)),
    i % 2 === 0 ? alice.cancel(held.id) : paid.then(() => alice.cancel(held.id)),
  ]);
  assert.deepEqual([confirmed.status, cancelled.status].sort(), [200, 409], `${confirmed.text} ${cancelled.text}`);
}
