import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOtlpReceiver, type ReceivedSpan } from '@traffic-tacos/kit/testing';
import { withSeparate } from './support/separate.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

test('a hold that goes through gateway, reservation and inventory over gRPC is one trace, each part under the one that asked for it', async () => {
  const collector = await startOtlpReceiver();
  try {
    await withSeparate(
      async (on) => {
        await on.event('evt_1', 4);
        const alice = await on.user('alice');
        const headers = { traceparent: `00-${TRACE}-${CALLER}-01` };
        const held = await alice.post('gateway', '/api/v1/reservations', { key: 'k1', body: { event_id: 'evt_1', seat_ids: ['A-1'] }, headers });
        assert.deepEqual([held.status, held.headers['x-trace-id']], [201, TRACE], held.text);
        await on.stop();
        const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
        const lines = pathsOf(spans);
        for (const path of [
          'gateway POST /api/v1/reservations',
          'gateway POST /api/v1/reservations > gateway reservation.v1.ReservationService/CreateReservation > reservation reservation.v1.ReservationService/CreateReservation',
          'gateway POST /api/v1/reservations > gateway reservation.v1.ReservationService/CreateReservation > reservation reservation.v1.ReservationService/CreateReservation > reservation decide',
          'gateway POST /api/v1/reservations > gateway reservation.v1.ReservationService/CreateReservation > reservation reservation.v1.ReservationService/CreateReservation > reservation reservation.v1.InventoryService/ReserveSeat > inventory reservation.v1.InventoryService/ReserveSeat > inventory journal flush',
        ]) assert.ok(lines.includes(path), `${path} is not among\n${lines.join('\n')}`);
        assert.equal(spans.find(({ parentSpanId }) => parentSpanId === CALLER)?.service, 'gateway');
      },
      { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACE_SAMPLING: '0' } },
    );
  } finally {
    await collector.close();
  }
});

/** Each span with those above it, as far as they came: `service name > service name`. */
function pathsOf(spans: readonly ReceivedSpan[]): readonly string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const pathOf = ({ service, name, parentSpanId }: ReceivedSpan): string => {
    const parent = byId.get(parentSpanId);
    return `${parent === undefined ? '' : `${pathOf(parent)} > `}${service} ${name}`;
  };
  return spans.map(pathOf);
}
