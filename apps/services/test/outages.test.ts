import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { grpcReservations } from '@traffic-tacos/gateway';
import { UpstreamFailure } from '@traffic-tacos/kit';
import { withSale, type Sale } from './support/sale.ts';
import type { Network } from './support/tcp-proxy.ts';

const TIMEOUT_MS = 250;
/** Where nobody is reached nothing is waited for; so there is time to find that out on a busy machine. */
const PATIENT_MS = 30_000;
/** A machine that does other things at the same time answers late. */
const LEEWAY_MS = 2_000;
const REFUSED_AT_ONCE = 3;
const BREAKER = { failureRatio: 0.5, openMs: 1_000, windowMs: 10_000, leastCalls: 6, trials: 2 };
const RECOVERS_WITHIN_MS = 30_000;

/** What a client is told of a hold that got no answer, and how long that took. */
async function failureOf({ hold }: Sale, key: string): Promise<{ readonly reason: string; readonly code: string; readonly tookMs: number }> {
  const startedMs = performance.now();
  const failure: unknown = await hold('alice', key, 'A-1').then(({ kind }) => assert.fail(`answered ${kind}`), (thrown: unknown) => thrown);
  assert.ok(failure instanceof UpstreamFailure, String(failure));
  return { reason: failure.reason, code: failure.refusedAs, tookMs: performance.now() - startedMs };
}

/** Repeats with the same key, as clients do, until it is answered. */
async function untilAnswered({ hold }: Sale, key: string, seatId = 'A-1'): Promise<string> {
  const startedMs = performance.now();
  for (;;) {
    try {
      return (await hold('alice', key, seatId)).kind;
    } catch (thrown) {
      if (!(thrown instanceof UpstreamFailure) || performance.now() - startedMs > RECOVERS_WITHIN_MS) throw thrown;
      await setImmediate();
    }
  }
}

async function outage(sale: Sale, network: Network, expected: { readonly reason: string; readonly code: string }): Promise<void> {
  await sale.held('carol', 'first', 'A-4');
  sale.proxy.become(network);
  const first = await failureOf(sale, 'k0');
  assert.deepEqual({ reason: first.reason, code: first.code }, expected);
  assert.ok(first.tookMs <= TIMEOUT_MS + LEEWAY_MS, `answered after ${first.tookMs} ms`);
  const failures = [first];
  const refused = () => failures.filter(({ reason }) => reason === 'breaker_open');
  while (refused().length < REFUSED_AT_ONCE && failures.length < 40) failures.push(await failureOf(sale, 'k0'));
  assert.equal(refused().length, REFUSED_AT_ONCE, JSON.stringify(failures));
  assert.ok(Math.min(...refused().map(({ tookMs }) => tookMs)) < TIMEOUT_MS / 2, 'whoever is not let through does not wait');
  sale.proxy.become('open');
  assert.equal(await untilAnswered(sale, 'k0'), 'created');
  assert.deepEqual(await sale.taken(), { held: 2, sold: 0 });
}

test('S17: the network to the inventory is cut: 503 in time, the breaker opens, and the retry holds once it is back', () =>
  withSale((sale) => outage(sale, 'cut', { reason: 'unreachable', code: 'SERVICE_UNAVAILABLE' }), { timeoutMs: PATIENT_MS, channel: { breaker: BREAKER } }));

test('S17: the inventory is slow by 300 ms: 504 in time, the breaker opens, and the retry gets its hold, once', () =>
  withSale((sale) => outage(sale, 300, { reason: 'timed_out', code: 'UPSTREAM_TIMEOUT' }), { timeoutMs: TIMEOUT_MS, channel: { breaker: BREAKER } }));

test('S7: a client that gave up while its hold was on its way gets that hold by asking again, and there is one', () =>
  withSale(
    async (sale) => {
      await sale.held('carol', 'first', 'A-4');
      sale.proxy.become(100);
      await untilAnswered(sale, 'warm-up', 'A-3');
      const wish = {
        userId: 'alice', traceId: 'b'.repeat(32), idempotencyKey: 'k1', eventId: 'evt_sale', seatIds: ['A-1'], quantity: 1, section: undefined, reservationToken: undefined,
      };
      const impatient = sale.wired.channel('reservation', { errorMode: 'status', settings: { timeoutMs: 50, retries: 0 } });
      await assert.rejects(grpcReservations(impatient).create(wish), (thrown) => thrown instanceof UpstreamFailure && thrown.reason === 'timed_out');
      const patient = grpcReservations(sale.wired.channel('reservation', { errorMode: 'status' }));
      const [first, second] = [await patient.create(wish), await patient.create(wish)];
      assert.ok('kind' in first && 'kind' in second);
      assert.deepEqual([second.replayed, second.reservation], [true, first.reservation]);
      assert.deepEqual(await sale.taken(), { held: 3, sold: 0 });
    },
    { timeoutMs: 30_000 },
  ));
