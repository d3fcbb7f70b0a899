import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { createTracing, grpcService, type GrpcCall, type Tracing } from '../src/index.ts';
import { withGrpcServer, withServer } from '../src/testing.ts';
import { readTraceparent, traceparentOf } from '../src/tracing/traceparent.ts';
import type { Span, SpanEnd, SpanKind, SpanRecorder } from '../src/tracing/span.ts';
import { withChannel } from './grpc/channels.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';
import { GET_ONE } from './sample-routes.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

/** Keeps spans as lines: `kind name < parent`, and how each ended. */
class RememberedSpans implements SpanRecorder {
  readonly lines: string[] = [];
  #last = 0;

  begin(name: string, kind: SpanKind, { traceId, parentSpanId }: Parameters<SpanRecorder['begin']>[2]): Span {
    return this.#open(name, kind, traceId, parentSpanId);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #open(name: string, kind: SpanKind, traceId: string, parent: string | undefined): Span {
    const spanId = String(++this.#last).padStart(16, '0');
    this.lines.push(`${spanId.slice(-1)} ${kind} ${name} < ${parent?.slice(-1) ?? 'nobody'}`);
    const end = (how: SpanEnd = {}): void => void this.lines.push(`${spanId.slice(-1)} ended${how.isFailed === true ? ' badly' : ''}`);
    return { traceId, spanId, isSampled: true, child: (child, childKind) => this.#open(child, childKind, traceId, spanId), end };
  }
}

const tracingWith = (recorder: SpanRecorder | undefined, sampling = 0): Tracing => createTracing({ random: new SeededRandom(1), sampling, recorder });
const request = (name: string, traceId = TRACE, traceparent?: string) => ({ name, traceId, traceparent, attributes: {} });

test('traceparent is read in every version but the forbidden one, and written as it was read', () => {
  const remote = { traceId: TRACE, spanId: SPAN, isSampled: true };
  assert.deepEqual(readTraceparent(`00-${TRACE}-${SPAN}-01`), remote);
  assert.deepEqual(readTraceparent(`cc-${TRACE}-${SPAN}-03-more`), remote);
  assert.deepEqual(readTraceparent(`00-${TRACE}-${SPAN}-02`), { ...remote, isSampled: false });
  assert.deepEqual(readTraceparent(traceparentOf(remote)), remote);
  for (const bad of [`ff-${TRACE}-${SPAN}-01`, `00-${'0'.repeat(32)}-${SPAN}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`, `00-${TRACE}-${SPAN}`, `00-${TRACE.toUpperCase()}-${SPAN}-01`, '', undefined, [1]]) {
    assert.equal(readTraceparent(bad), undefined, String(bad));
  }
});

test('sampling: by part of the traces, alike in every process; by the caller\'s word; reservations always; nothing without a recorder', () => {
  const traces = Array.from({ length: 4_000 }, (_, i) => (i * 2_654_435_761 >>> 0).toString(16).padStart(8, '0').padStart(32, 'a'));
  const chosen = (sampling: number) => traces.filter((traceId) => tracingWith(new RememberedSpans(), sampling).serve(request('GET /v1/events', traceId)).isSampled);
  assert.deepEqual([chosen(0).length, chosen(1).length], [0, traces.length]);
  assert.ok(Math.abs(chosen(0.1).length - traces.length * 0.1) < traces.length * 0.03);
  assert.deepEqual(chosen(0.1), chosen(0.1));
  const isSampled = (sampling: number, name: string, traceparent?: string) => tracingWith(new RememberedSpans(), sampling).serve(request(name, TRACE, traceparent)).isSampled;
  assert.equal(isSampled(0, 'GET /v1/events', `00-${TRACE}-${SPAN}-01`), true);
  assert.equal(isSampled(1, 'GET /v1/events', `00-${TRACE}-${SPAN}-00`), false);
  assert.equal(isSampled(0, 'GET /v1/events', `00-${'b'.repeat(32)}-${SPAN}-01`), false, 'another trace\'s caller is none');
  for (const name of ['POST /v1/reservations', 'POST /api/v1/reservations', 'POST /v1/reservations/:id/confirm', 'reservation.v1.ReservationService/CreateReservation']) {
    assert.equal(isSampled(0, name, `00-${TRACE}-${SPAN}-00`), true, name);
    assert.equal(tracingWith(undefined, 1).serve(request(name)).isSampled, false, name);
  }
  assert.equal(isSampled(0, 'GET /v1/reservations-report'), false);
});

test('HTTP and gRPC requests are spans; calls to another service are under the request in whose work they are made, also after it has waited', async () => {
  const [caller, callee] = [new RememberedSpans(), new RememberedSpans()];
  const tracing = tracingWith(caller, 1);
  const seen: string[] = [];
  const look = (_request: Ask, { traceId, metadata }: GrpcCall): Answer => {
    seen.push(traceId, metadata('traceparent') ?? '');
    return { text: '' };
  };
  const services = [grpcService({ definition: SHOP_METHODS, handlers: { look } })];
  await withGrpcServer({ services, authz: SHOP_AUTHZ, tracing: tracingWith(callee) }, ({ address }) =>
    withChannel(
      address,
      async ({ channel }) => {
        const route = { ...GET_ONE, handle: async () => {
          await new Promise<void>((resolve) => void setImmediate(resolve));
          await channel.call(SHOP_METHODS.look, {});
          return { status: 200 };
        } };
        await withServer([route], async ({ server }) => {
          await server.inject({ method: 'GET', path: '/v1/reservations/a', headers: { traceparent: `00-${TRACE}-${SPAN}-01` } });
        }, { tracing });
        await channel.call(SHOP_METHODS.look, {}, { traceId: 'ab'.repeat(16) });
        await channel.call(SHOP_METHODS.look, {});
      },
      { tracing },
    ),
  );
  assert.deepEqual(caller.lines, ['1 server GET /v1/reservations/:id < 7', '2 client shop.v1.Shop/Look < 1', '2 ended', '1 ended']);
  assert.deepEqual(seen.slice(0, 2), [TRACE, `00-${TRACE}-${'2'.padStart(16, '0')}-01`]);
  assert.deepEqual([seen[2], seen[3]?.slice(0, 36), seen[3]?.slice(-3)], ['ab'.repeat(16), `00-${'ab'.repeat(16)}-`, '-00'], 'outside of any request the trace is that of the call');
  assert.equal(seen[5], '', 'and without one the other side begins its own');
  assert.deepEqual(callee.lines, ['1 server shop.v1.Shop/Look < 2', '1 ended']);
});

test('a call of another trace than the request in whose work it happens to be made is not under it', async () => {
  const recorder = new RememberedSpans();
  const tracing = tracingWith(recorder, 1);
  const look = (): Answer => ({ text: '' });
  await withGrpcServer({ services: [grpcService({ definition: SHOP_METHODS, handlers: { look } })], authz: SHOP_AUTHZ }, ({ address }) =>
    withChannel(address, async ({ channel }) => {
      const span = tracing.serve(request('GET /x'));
      await tracing.run(span, () => channel.call(SHOP_METHODS.look, {}, { traceId: 'cd'.repeat(16) }));
    }, { tracing }),
  );
  assert.deepEqual(recorder.lines, ['1 server GET /x < nobody']);
});

test('a request that fails by a fault of ours, a client that is refused, and a call that gets no answer: only faults are marked', async () => {
  const recorder = new RememberedSpans();
  const tracing = tracingWith(recorder, 1);
  const broken = { ...GET_ONE, path: '/broken', handle: () => { throw new TypeError('x'); } };
  await withServer([broken], async ({ server }) => {
    await server.inject({ method: 'GET', path: '/broken' });
    await server.inject({ method: 'GET', path: '/nowhere' });
  }, { tracing });
  await withChannel('127.0.0.1:1', async ({ channel }) => {
    const span = tracing.serve(request('GET /x'));
    await assert.rejects(tracing.run(span, () => channel.call(SHOP_METHODS.look, {})));
  }, { tracing, settings: { retries: 0 } });
  assert.deepEqual(recorder.lines, [
    '1 server GET /broken < nobody', '1 ended badly', '2 server GET none < nobody', '2 ended', '3 server GET /x < nobody', '4 client shop.v1.Shop/Look < 3', '4 ended badly',
  ]);
});
