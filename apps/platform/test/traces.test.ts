import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { openFileDisk, readJournal, type RecordTable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createLogger, type TelemetrySettings } from '@traffic-tacos/kit';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '@traffic-tacos/kit/testing';
import { createPlatformTables, journalDir } from '@traffic-tacos/platform';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traced = (flags = '01', traceId = TRACE) => ({ traceparent: `00-${traceId}-${CALLER}-${flags}` });
const HOLD = { eventId: 'evt_1', seatIds: ['A-1'] };

const loaded = createRequire(import.meta.url).cache;
const sdkFiles = (): readonly string[] => Object.keys(loaded).filter((file) => /@opentelemetry\/(?!api\/)/.test(file));

test('without an endpoint nothing of the OpenTelemetry SDK is loaded', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 3);
    assert.equal((await (await on.user('alice')).hold('evt_1', ['A-1'])).status, 201);
    assert.deepEqual(sdkFiles(), []);
  }));

test('a hold is one trace: the request under its caller, the decision and the flush under the request', () =>
  withCollector({ sampling: 0 }, async (on, collector) => {
    assert.notDeepEqual(sdkFiles(), [], 'where there is an endpoint the SDK is loaded');
    const alice = await on.user('alice');
    const held = await alice.post('reservation', '/v1/reservations', { key: 'k1', body: HOLD, headers: traced() });
    assert.deepEqual([held.status, held.headers['x-trace-id']], [201, TRACE]);
    const [request, ...parts] = byParent(await collector.spansOf(TRACE, 3));
    assert.deepEqual([request?.name, request?.parentSpanId, request?.kind, request?.service, request?.isFailed], ['POST /v1/reservations', CALLER, 2, 'traffic-tacos', false]);
    assert.deepEqual(request?.attributes, { 'http.request.method': 'POST', 'http.route': '/v1/reservations', 'http.response.status_code': 201 });
    assert.deepEqual(parts.map(({ name, parentSpanId }) => [name, parentSpanId]), [['decide', request?.spanId], ['journal flush', request?.spanId]]);
    assert.ok(collector.spans.every(({ attributes }) => !JSON.stringify(attributes).includes('rsv_')), 'spans are named by templates');
  }));

test('TRACE_SAMPLING: reservations are always recorded, the rest by part, and as their caller says', () =>
  withCollector({ sampling: 0 }, async (on, collector) => {
    const alice = await on.user('alice');
    await alice.get('inventory', '/v1/events');
    await alice.call('inventory', 'GET', '/v1/events/evt_1', { headers: traced('00', 'a'.repeat(32)) });
    await alice.call('inventory', 'GET', '/v1/events/evt_1', { headers: traced('01', 'b'.repeat(32)) });
    await alice.call('reservation', 'GET', '/v1/reservations/rsv_x', { headers: traced('00', 'c'.repeat(32)) });
    await alice.call('gateway', 'POST', '/api/v1/reservations', { headers: { 'x-trace-id': 'd'.repeat(32) }, body: {} });
    await on.stop();
    const recorded = collector.spans.filter(({ kind }) => kind === 2).map(({ name, traceId, parentSpanId }) => [name, traceId.charAt(0), parentSpanId]);
    assert.deepEqual(recorded, [
      ['GET /v1/events/:id', 'b', CALLER],
      ['GET /v1/reservations/:id', 'c', CALLER],
      ['POST /api/v1/reservations', 'd', ''],
    ]);
  }));

test('one trace id goes through answers, errors, log lines and the announcements of what happened', async () => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'platform', level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
  await withPlatform(
    async (on) => {
      await on.event('evt_1', 3);
      const alice = await on.user('alice');
      const held = await alice.post('gateway', '/api/v1/reservations', { key: 'k1', body: { event_id: 'evt_1', seat_ids: ['A-1'] }, headers: traced() });
      const refused = await alice.post('reservation', '/v1/reservations', { key: 'k2', body: HOLD, headers: traced() });
      assert.equal((refused.body['error'] as { readonly traceId?: string }).traceId, TRACE);
      assert.equal(refused.headers['x-trace-id'], TRACE);
      await on.stop();
      const announced = await announcementsIn(on.dataDir);
      assert.deepEqual(announced, [[String(held.body['reservation_id']), 'reservation.created', TRACE]]);
    },
    { logger },
  );
  const told = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>).filter((line) => line['trace_id'] === TRACE);
  assert.deepEqual(told.map(({ service, route, status }) => [service, route, status]), [
    ['gateway', 'POST /api/v1/reservations', 201],
    ['reservation', 'POST /v1/reservations', 409],
  ]);
});

test('log lines of a recorded request name its span', async () => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'platform', level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
  await withCollector({ sampling: 0 }, async (on, collector) => {
    const alice = await on.user('alice');
    await alice.call('reservation', 'GET', '/v1/reservations/rsv_x', { headers: traced() });
    const [span] = await collector.spansOf(TRACE, 1);
    const line = lines.map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>).find((each) => each['trace_id'] === TRACE);
    assert.equal(line?.['span_id'], span?.spanId);
  }, logger);
});

test('metrics go to the collector as a scrape would read them', () =>
  withCollector({ sampling: 0 }, async (on, collector) => {
    const alice = await on.user('alice');
    await alice.hold('evt_1', ['A-1']);
    await alice.hold('evt_1', ['A-1']);
    await on.stop();
    assert.equal(collector.metrics.get('reservation_status_total')?.get('HOLD'), 1);
    assert.equal(collector.metrics.get('errors_total')?.get('SEAT_UNAVAILABLE /v1/reservations'), 1);
    assert.equal(collector.metrics.get('http_server_requests_seconds')?.get('POST /v1/reservations 201'), 1);
    assert.equal(collector.metrics.get('seats')?.get('evt_1 held'), 1);
    assert.ok((collector.metrics.get('process_resident_memory_bytes')?.get('') ?? 0) > 1e6);
  }));

test('a collector that is away costs a line in the log, and nothing else', async () => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'platform', level: 'warn', destination: { write: (line: string) => void lines.push(line) } });
  await withPlatform(
    async (on) => {
      await on.event('evt_1', 3);
      const alice = await on.user('alice');
      assert.equal((await alice.hold('evt_1', ['A-1'])).status, 201);
    },
    { logger, telemetry: { tracesUrl: 'http://127.0.0.1:9/v1/traces', metricsUrl: undefined, sampling: 1 } },
  );
  const warned = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  assert.deepEqual(warned.map(({ msg, failures }) => [msg, failures]), [['spans could not be exported and are lost', 1]]);
});

/** A platform with an event that sends all that it has to a collector, both discarded at the end. */
async function withCollector(
  { sampling }: Pick<TelemetrySettings, 'sampling'>,
  body: (on: TestPlatform, collector: OtlpReceiver) => Promise<void>,
  logger = createLogger({ service: 'platform', level: 'error', destination: 2 }),
): Promise<void> {
  const collector = await startOtlpReceiver();
  const telemetry: TelemetrySettings = { tracesUrl: `${collector.url}/v1/traces`, metricsUrl: `${collector.url}/v1/metrics`, sampling };
  try {
    await withPlatform(
      async (on) => {
        await on.event('evt_1', 3);
        await body(on, collector);
      },
      { telemetry, logger },
    );
  } finally {
    await collector.close();
  }
}

/** Those whose parent is elsewhere first, then by name. */
function byParent(spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] {
  const here = new Set(spans.map(({ spanId }) => spanId));
  return spans.toSorted((a, b) => Number(here.has(a.parentSpanId)) - Number(here.has(b.parentSpanId)) || a.name.localeCompare(b.name));
}

interface Announced {
  readonly reservationId: string;
  readonly type: string;
  readonly traceId: string;
}

/** What the journal of a stopped platform announces. */
async function announcementsIn(dataDir: string): Promise<readonly (readonly [id: string, type: string, traceId: string])[]> {
  const announced: (readonly [string, string, string])[] = [];
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const { outbox } = tables.reservation;
  // Recovery passes announcements over; here they are what is looked for.
  const read: RecordTable<unknown> = Object.create(outbox, {
    isKept: { value: true },
    restore: { value: ({ reservationId, type, traceId }: Announced) => void announced.push([reservationId, type, traceId]) },
  });
  await readJournal(await openFileDisk(journalDir(dataDir)), tables.all.map((table) => (table === outbox ? read : table)));
  return announced;
}
