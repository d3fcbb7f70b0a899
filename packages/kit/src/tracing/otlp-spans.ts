import { ROOT_CONTEXT, SpanKind as OtelKind, SpanStatusCode, trace, TraceFlags, type Context, type Span as OtelSpan, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Span, SpanAttributes, SpanEnd, SpanKind, SpanPlace, SpanRecorder } from './span.ts';

export interface OtlpSpansOptions {
  /** `http://127.0.0.1:4318/v1/traces` */
  readonly url: string;
  /** `service.name` and `service.version` of everything that is exported. */
  readonly resource: SpanAttributes;
  readonly newSpanId: () => string;
  /** Told when spans could not be exported. They are lost. */
  readonly onFailure: (cause: unknown) => void;
}

/** Spans that wait for their export; beyond it they are dropped. */
const WAITING_SPANS = 16_384;
const SPANS_PER_EXPORT = 512;
const EXPORT_EVERY_MS = 1_000;
const EXPORT_WITHIN_MS = 5_000;

const KINDS: Readonly<Record<SpanKind, OtelKind>> = { server: OtelKind.SERVER, client: OtelKind.CLIENT, internal: OtelKind.INTERNAL };

/** Records spans by the OpenTelemetry SDK and exports them as OTLP over HTTP. Nothing global is set: two platforms in a process share nothing. */
export function createOtlpSpans({ url, resource, newSpanId, onFailure }: OtlpSpansOptions): SpanRecorder {
  let beginningTraceId = '';
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    // Which requests are recorded has been decided before they come here.
    sampler: new AlwaysOnSampler(),
    // A trace's id is that of its first request, which every answer has told already.
    idGenerator: { generateTraceId: () => beginningTraceId, generateSpanId: newSpanId },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingFailures(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_WITHIN_MS }), onFailure),
        maxQueueSize: WAITING_SPANS,
        maxExportBatchSize: SPANS_PER_EXPORT,
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_WITHIN_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('traffic-tacos');
  return {
    begin: (name, kind, place, attributes) => {
      beginningTraceId = place.traceId;
      return new RecordedSpan(tracer, tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(place)));
    },
    close: () => provider.shutdown().catch(onFailure),
  };
}

function contextOf({ traceId, parentSpanId }: SpanPlace): Context {
  if (parentSpanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

function tellingFailures(exporter: SpanExporter, onFailure: (cause: unknown) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onFailure(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

class RecordedSpan implements Span {
  readonly isSampled = true;
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get spanId(): string {
    return this.#span.spanContext().spanId;
  }

  child(name: string, kind: SpanKind, attributes: SpanAttributes = {}): Span {
    return new RecordedSpan(this.#tracer, this.#tracer.startSpan(name, { kind: KINDS[kind], attributes }, trace.setSpan(ROOT_CONTEXT, this.#span)));
  }

  end({ isFailed = false, attributes }: SpanEnd = {}): void {
    if (attributes !== undefined) this.#span.setAttributes(attributes);
    if (isFailed) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
  }
}
