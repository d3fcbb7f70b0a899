import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReservationService } from '@traffic-tacos/contracts';
import { createMetrics, METRICS } from '@traffic-tacos/kit';
import { rawRequest } from '@traffic-tacos/kit/testing';
import { SERVICE_NAMES } from '@traffic-tacos/platform';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';
import { labelsWith, samplesIn, scrape } from './support/prometheus.ts';

/** In every id that is sent, in the form of ids: whatever holds it is an id that a client has chosen. */
const MARK = 'C4N4RY';
const idOf = (prefix: string): string => `${prefix}_${MARK}${'0'.repeat(20)}`;
const IDS = ['rsv', 'ord', 'pay', 'usr', 'evt'].map(idOf);

test('labels are bounded: an id in any path, query, header, body, method or metadata never becomes a label', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 3);
    const buyer = await on.user(`user-${MARK}`, 'admin');
    const held = await buyer.hold('evt_1', ['A-1'], `key-${MARK}`);
    const intentId = await buyer.pay(held.id, 1000);
    const confirmed = await buyer.confirm(held.id, intentId);
    assert.equal(confirmed.status, 200);
    await callEveryRoute(on, [...IDS, held.id, intentId]);
    await sendOddBytes(on);
    await callOverGrpc(on);
    const samples = await scrape(on);
    assert.ok(samples.some(({ name, labels }) => name === 'http_server_requests_seconds_count' && labels['uri'] === 'none'), 'what has no route was counted too');
    assert.deepEqual(labelsWith(samples, [MARK, held.id, intentId, 'A-1', String(confirmed.body['orderId'])]), []);
  }));

test('a label that holds an id is found', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.counter(METRICS.errors).with('NOT_FOUND', '/v1/reservations/:id').inc();
  metrics.counter(METRICS.errors).with('NOT_FOUND', `/v1/reservations/${idOf('rsv')}`).inc();
  assert.deepEqual(labelsWith(samplesIn(await metrics.text()), [MARK]), [`errors_total{route="/v1/reservations/${idOf('rsv')}"}`]);
});

/** With each id as path parameter, in the query, in the headers and as every field of the body. */
async function callEveryRoute(on: TestPlatform, ids: readonly string[]): Promise<void> {
  const buyer = await on.user(`user-${MARK}`);
  for (const service of SERVICE_NAMES) {
    for (const { method, path, body } of on.platform.routes[service]) {
      // The buyer's own stream does not end by itself: the tests of push follow it.
      if (path.endsWith('/stream')) continue;
      for (const id of ids) {
        const fields = Object.fromEntries(Object.keys(body ?? {}).map((field) => [field, id]));
        const headers = { 'x-request-id': id, 'user-agent': id, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
        const call = { headers, key: id, ...(method === 'GET' ? {} : { body: fields }) };
        await buyer.call(service, method, `${path.replaceAll(/:\w+/g, id)}?event_id=${id}&status=${id}`, call);
      }
    }
    await buyer.call(service, 'GET', `/no/such/${idOf('rsv')}`);
    await buyer.call(service, 'PATCH', `/v1/reservations/${idOf('rsv')}`);
  }
}

async function sendOddBytes(on: TestPlatform): Promise<void> {
  const port = Number(new URL(on.platform.addresses.reservation).port);
  for (const line of [`${MARK} / HTTP/1.1`, `PURGE /${idOf('rsv')} HTTP/1.1`, `GET /%${MARK} HTTP/1.1`, `GET /v1/reservations/${idOf('rsv')} HTTP/9.9`]) {
    await rawRequest(port, `${line}\r\nHost: ${MARK}\r\nConnection: close\r\n\r\n`);
  }
}

async function callOverGrpc(on: TestPlatform): Promise<void> {
  const sent = { ...(await grpcCallers(on).user(`user-${MARK}`)), 'idempotency-key': idOf('key'), 'x-error-mode': MARK, 'x-trace-id': MARK };
  const definition = ReservationService.getReservation;
  const request = definition.requestDeserialize(Buffer.alloc(0));
  await withGrpcClient(on, 'reservation', async ({ call }) => {
    for (const id of IDS) {
      await call(definition, { ...request, reservationId: id }, sent);
      for (const path of [`/reservation.v1.ReservationService/${id}`, `/${id}/GetReservation`, `/${id}`]) {
        await call({ ...definition, path }, request, sent);
      }
    }
  });
}
