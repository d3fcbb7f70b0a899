import type { Clock, Random } from '@traffic-tacos/kernel';
import { createTraceIds } from '../http/trace.ts';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createTracing, type Tracing } from './tracing.ts';

/** Where spans and metrics go by OTLP. */
export interface TelemetrySettings {
  /** Full URL for spans; undefined: none are recorded. */
  readonly tracesUrl: string | undefined;
  /** Full URL for metrics; undefined: whoever wants them scrapes them. */
  readonly metricsUrl: string | undefined;
  /** The part of the requests that are recorded, beside those of the reservation path, which all are. From 0 to 1. */
  readonly sampling: number;
}

export const NO_TELEMETRY: TelemetrySettings = { tracesUrl: undefined, metricsUrl: undefined, sampling: 0 };

export interface TelemetryDeps {
  /** `service.name` and `service.version`. */
  readonly service: string;
  readonly version: string;
  readonly random: Random;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface Telemetry {
  /** Undefined where no spans go anywhere. */
  readonly tracing: Tracing | undefined;
  /** Exports what is left. */
  close(): Promise<void>;
}

/** A failure is logged at most this often, with the number of those before it: a collector that is away must not fill the log. */
const TELL_EVERY_FAILURES = 60;

/** Opens the exports that the settings want. What OpenTelemetry's packages cost in time and memory is paid only then. */
export async function openTelemetry(settings: TelemetrySettings, deps: TelemetryDeps): Promise<Telemetry> {
  const { tracesUrl, metricsUrl, sampling } = settings;
  const { random, clock, metrics } = deps;
  const resource = { 'service.name': deps.service, 'service.version': deps.version };
  const closes: (() => Promise<void>)[] = [];
  let tracing: Tracing | undefined;
  if (tracesUrl !== undefined) {
    const { createOtlpSpans } = await import('./otlp-spans.ts');
    const { newSpanId } = createTraceIds(random);
    const recorder = createOtlpSpans({ url: tracesUrl, resource, newSpanId, onFailure: failuresOf('spans', deps.logger) });
    tracing = createTracing({ random, sampling, recorder });
    closes.push(() => recorder.close());
  }
  if (metricsUrl !== undefined) {
    const { exportOtlpMetrics } = await import('./otlp-metrics.ts');
    const exported = exportOtlpMetrics({ url: metricsUrl, resource, metrics, clock, onFailure: failuresOf('metrics', deps.logger) });
    closes.push(() => exported.close());
  }
  return {
    tracing,
    close: async () => {
      await Promise.all(closes.map((close) => close()));
    },
  };
}

function failuresOf(what: string, logger: Logger): (cause: unknown) => void {
  let failures = 0;
  return (cause) => {
    if (failures++ % TELL_EVERY_FAILURES === 0) logger.warn({ err: cause, failures }, `${what} could not be exported and are lost`);
  };
}
