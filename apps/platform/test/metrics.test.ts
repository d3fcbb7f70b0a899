import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { durationMs, SeededRandom } from '@traffic-tacos/kernel';
import { createGrpcChannel, createMetrics, createSystemClock, METRICS, PROCESS_METRICS } from '@traffic-tacos/kit';
import { observeSeats } from '@traffic-tacos/platform';
import { codeOf, withPlatform } from '@traffic-tacos/platform/testing';
import { samplesIn, scrape, valueOf, type Sample } from './support/prometheus.ts';

const WITHIN_MS = 60_000;

test('what is done to a running platform is read back from it: a hold, its replay, a conflict, a refusal, a confirm, a cancel, an expiry', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 5, 10);
      const alice = await on.user('alice');
      const bob = await on.user('bob');
      const held = await alice.hold('evt_1', ['A-1'], 'key-1');
      const confirmed = await alice.confirm(held.id, await alice.pay(held.id, 1000));
      assert.equal(confirmed.status, 200, confirmed.text);
      assert.equal((await alice.hold('evt_1', ['A-1'], 'key-1')).status, 201);
      assert.equal(codeOf(await alice.hold('evt_1', ['A-2'], 'key-1')), 'IDEMPOTENCY_CONFLICT');
      assert.equal(codeOf(await bob.hold('evt_1', ['A-1'])), 'SEAT_UNAVAILABLE');
      const given = await bob.hold('evt_1', ['A-3']);
      assert.equal((await bob.cancel(given.id)).status, 200);
      assert.equal((await bob.hold('evt_1', ['A-4', 'A-5'])).status, 201);
      const seen = await until(() => scrape(on), (samples) => valueOf(samples, 'hold_release_lag_seconds_count') === 1);

      const status = (of: string): number => valueOf(seen, 'reservation_status_total', { status: of });
      assert.deepEqual(['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'].map(status), [3, 1, 1, 1, 0, 0]);
      const created = (of: string): number => valueOf(seen, 'reservation_created_total', { status: of });
      assert.deepEqual(['created', 'replayed', 'idempotency_conflict', 'seat_unavailable'].map(created), [3, 1, 1, 1]);
      const keys = (result: string): number => valueOf(seen, 'idempotency_requests_total', { result });
      assert.deepEqual([keys('new'), keys('replayed'), keys('conflict')], [5, 1, 1], 'four holds and a payment; the confirm and the cancel came without');
      const seats = (state: string): number => valueOf(seen, 'seats', { event: 'evt_1', state });
      assert.deepEqual(['free', 'held', 'sold', 'blocked'].map(seats), [14, 0, 1, 0]);
      assert.deepEqual(errorsOf(seen), { 'IDEMPOTENCY_CONFLICT /v1/reservations': 1, 'SEAT_UNAVAILABLE /v1/reservations': 1 });

      const post = { method: 'POST', uri: '/v1/reservations' };
      assert.equal(valueOf(seen, 'http_server_requests_seconds_count', { ...post, status: '201' }), 4);
      assert.equal(valueOf(seen, 'http_server_requests_seconds_count', { ...post, status: '409' }), 2);
      const took = (service: string, method: string): number => valueOf(seen, 'service_method_duration_seconds_count', { service, method });
      assert.deepEqual([took('reservation', 'createReservation'), took('reservation', 'cancelReservation'), took('reservation', 'expireReservation')], [6, 1, 1]);
      assert.deepEqual([took('payment', 'createIntent'), took('payment', 'processIntent'), took('inventory', 'putEvent')], [1, 1, 1]);
      assert.ok(took('reservation', 'confirmReservation') >= 1);
      assert.equal(valueOf(seen, 'payment_webhooks_total', { outcome: 'accepted' }), 1);
      assert.equal(valueOf(seen, 'hold_release_lag_seconds_count'), 1);
      assert.ok(valueOf(seen, 'hold_release_lag_seconds_sum') >= 0);
      assert.ok(valueOf(seen, 'journal_flush_seconds_count') >= 8, 'every decision above was flushed');
      assert.ok(valueOf(seen, 'journal_flush_seconds_sum') > 0);
      assert.ok(valueOf(seen, 'journal_group_size_sum') >= valueOf(seen, 'journal_group_size_count'));
      assert.ok(seen.some(({ name, labels }) => name === 'event_loop_lag_seconds' && labels['quantile'] === '0.99'));
      assert.ok(valueOf(seen, 'process_resident_memory_bytes') > 1e6);
    },
    { holdMs: durationMs(5_000) },
  ));

test('every metric that a platform or a channel has is in the table, with its labels, and every metric of the table is there', () =>
  withPlatform(async (on) => {
    const admin = await on.user('adam', 'admin');
    const running = (await admin.get('reservation', '/actuator/metrics')).body['names'] as readonly string[];
    const metrics = createMetrics({ processMetrics: false });
    createGrpcChannel({ target: 'inventory', address: '127.0.0.1:1', clock: createSystemClock(), random: new SeededRandom(1), metrics }).close();
    const table = [...Object.values(METRICS), ...PROCESS_METRICS].map(({ name }) => name);
    const isElsewhere = (name: string): boolean => process.platform !== 'linux' && /^process_(?:virtual|heap|open_fds|max_fds)/.test(name);
    assert.deepEqual([...new Set([...running, ...metrics.names])].sort(), table.filter((name) => !isElsewhere(name)).sort());
    const labelsOf = new Map<string, readonly string[]>([...Object.values(METRICS), ...PROCESS_METRICS].map((row) => [row.name, 'labels' in row ? row.labels : []]));
    for (const { name, labels } of await scrape(on)) {
      const known = labelsOf.get(name) ?? labelsOf.get(name.replace(/_(?:bucket|sum|count)$/, '')) ?? [];
      assert.deepEqual(Object.keys(labels).filter((label) => label !== 'le').sort(), [...known].sort(), name);
    }
  }));

test('seats have figures for a bounded number of events; the others are added up, and no figure changes its meaning', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const ids = Array.from({ length: 450 }, (_, i) => `evt_${String(i + 100)}`);
  const reads = { events: pagesOf(ids) };
  observeSeats(metrics, reads, 3);
  const figures = async (): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries(samplesIn(await metrics.text()).filter(({ labels }) => labels['state'] === 'free').map(({ labels, value }) => [labels['event'] ?? '', value]));
  assert.deepEqual(await figures(), { evt_100: 7, evt_101: 7, evt_102: 7, other: 447 * 7 });
  ids.unshift('evt_000', 'other');
  assert.deepEqual(await figures(), { evt_100: 7, evt_101: 7, evt_102: 7, other: 449 * 7 }, 'a newcomer that sorts first takes nobody\'s place');
});

/** As an inventory gives them: 7 of 10 places are free, and pages are of the size that is asked for. */
function pagesOf(ids: readonly string[]): Parameters<typeof observeSeats>[1]['events'] {
  const section = { remaining: 7, held: 1, sold: 2, blocked: 0 };
  return ({ after, limit }) => {
    const begin = after === undefined ? 0 : ids.indexOf(after) + 1;
    const events = ids.slice(begin, begin + limit).map((id) => ({ id, sections: [section] }));
    return { events, next: begin + limit < ids.length ? ids[begin + limit - 1] : undefined };
  };
}

const errorsOf = (samples: readonly Sample[]): Readonly<Record<string, number>> =>
  Object.fromEntries(samples.filter(({ name }) => name === 'errors_total').map(({ labels, value }) => [`${labels['code'] ?? ''} ${labels['route'] ?? ''}`, value]));

async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || performance.now() > deadline) return answer;
    await setImmediate();
  }
}
