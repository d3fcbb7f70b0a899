import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '@traffic-tacos/kernel';
import { createTraceIds } from '../http/trace.ts';
import { UnrecordedSpan, type Span, type SpanAttributes, type SpanRecorder } from './span.ts';
import { readTraceparent } from './traceparent.ts';

/** A request that has come in. */
export interface ServedRequest {
  /** `POST /v1/reservations`, `reservation.v1.InventoryService/ReserveSeat`: by the template, never by a path that a client sent. */
  readonly name: string;
  readonly traceId: string;
  readonly traceparent: string | undefined;
  readonly attributes: SpanAttributes;
}

/** The spans of one process, and which of them the running code is part of. */
export interface Tracing {
  /** The span in whose work this is asked; undefined outside of any. */
  readonly active: Span | undefined;
  /** Begins the span of a request. */
  serve(request: ServedRequest): Span;
  /** Runs `work`, and whatever it awaits, as part of the span. */
  run<T>(span: Span, work: () => T): T;
  close(): Promise<void>;
}

export interface TracingOptions {
  /** For ids of spans. */
  readonly random: Random;
  /** The part of the requests that are recorded, from 0 to 1. Those of the reservation path always are, and those whose caller records. */
  readonly sampling: number;
  /** Undefined: nothing is recorded, and traces are only kept together across processes. */
  readonly recorder: SpanRecorder | undefined;
}

/** Requests that are always recorded: they are what the platform is for. */
const RESERVATION_PATH = /\/reservations(?:\/|$)|\.ReservationService\//;
const U32 = 2 ** 32;

export function createTracing({ random, sampling, recorder }: TracingOptions): Tracing {
  const spans = new AsyncLocalStorage<Span>();
  const ids = createTraceIds(random);
  /** By the trace's id, so that all processes choose alike. */
  const isChosen = (traceId: string): boolean => Number.parseInt(traceId.slice(-8), 16) < sampling * U32;
  return {
    get active() {
      return spans.getStore();
    },
    serve: ({ name, traceId, traceparent, attributes }) => {
      const remote = readTraceparent(traceparent);
      const caller = remote?.traceId === traceId ? remote : undefined;
      const isSampled = recorder !== undefined && (RESERVATION_PATH.test(name) || (caller === undefined ? isChosen(traceId) : caller.isSampled));
      if (!isSampled) return new UnrecordedSpan(traceId, ids.newSpanId());
      return recorder.begin(name, 'server', { traceId, parentSpanId: caller?.spanId }, attributes);
    },
    run: (span, work) => spans.run(span, work),
    close: async () => recorder?.close(),
  };
}
