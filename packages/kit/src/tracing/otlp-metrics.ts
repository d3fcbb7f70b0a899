import { ValueType, type HrTime } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality, DataPointType, MeterProvider, PeriodicExportingMetricReader, type DataPoint, type Histogram, type MetricData, type MetricProducer, type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '@traffic-tacos/kernel';
import type { Metrics } from '../metrics/metrics.ts';
import type { MetricReading, Sample } from '../metrics/readings.ts';
import type { SpanAttributes } from './span.ts';

export interface OtlpMetricsOptions {
  /** `http://127.0.0.1:4318/v1/metrics` */
  readonly url: string;
  readonly resource: SpanAttributes;
  readonly metrics: Metrics;
  /** Its wall time stamps what is sent. */
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly onFailure: (cause: unknown) => void;
  readonly everyMs?: number;
}

const EXPORT_EVERY_MS = 15_000;
const EXPORT_WITHIN_MS = 5_000;

/** Sends what a scrape would read, as OTLP over HTTP. The figures stay where they are: nothing is counted twice. */
export function exportOtlpMetrics({ url, resource, metrics, clock, onFailure, everyMs = EXPORT_EVERY_MS }: OtlpMetricsOptions): { close(): Promise<void> } {
  const about = resourceFromAttributes(resource);
  const reader = new PeriodicExportingMetricReader({
    exporter: tellingFailures(new OTLPMetricExporter({ url, timeoutMillis: EXPORT_WITHIN_MS }), onFailure),
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(EXPORT_WITHIN_MS, everyMs),
    metricProducers: [producerOf(metrics, clock, about)],
  });
  const provider = new MeterProvider({ resource: about, readers: [reader] });
  return { close: () => provider.shutdown({ timeoutMillis: EXPORT_WITHIN_MS }).catch(onFailure) };
}

function tellingFailures(exporter: PushMetricExporter, onFailure: (cause: unknown) => void): PushMetricExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      if (result.error !== undefined) onFailure(result.error);
      done(result);
    });
  return exporter;
}

function producerOf(metrics: Metrics, clock: Pick<Clock, 'wallMs'>, resource: Resource): MetricProducer {
  const startTime = hrTimeOf(clock.wallMs());
  return {
    collect: async () => {
      const endTime = hrTimeOf(clock.wallMs());
      const data = (await metrics.read()).map((reading) => dataOf(reading, startTime, endTime));
      return { resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'traffic-tacos' }, metrics: data }] }, errors: [] };
    },
  };
}

const hrTimeOf = (ms: number): HrTime => [Math.floor(ms / 1000), (ms % 1000) * 1e6];

function dataOf({ name, help, kind, samples }: MetricReading, startTime: HrTime, endTime: HrTime): MetricData {
  const about = {
    descriptor: { name, description: help, unit: name.includes('_seconds') ? 's' : name.includes('_bytes') ? 'By' : '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (kind === 'histogram') return { ...about, dataPointType: DataPointType.HISTOGRAM, dataPoints: histogramsIn(samples, startTime, endTime) };
  const dataPoints = samples.map(({ labels, value }) => ({ startTime, endTime, attributes: labels, value }));
  if (kind === 'counter') return { ...about, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  return { ...about, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** Prometheus counts each bucket with all below it, OTLP each by itself. */
function histogramsIn(samples: readonly Sample[], startTime: HrTime, endTime: HrTime): DataPoint<Histogram>[] {
  const points = new Map<string, { attributes: Sample['labels']; boundaries: number[]; counts: number[]; below: number; sum: number }>();
  for (const { name, labels: { le, ...attributes }, value } of samples) {
    const key = JSON.stringify(attributes);
    const point = points.get(key) ?? { attributes, boundaries: [], counts: [], below: 0, sum: 0 };
    points.set(key, point);
    if (name.endsWith('_sum')) point.sum = value;
    if (le === undefined) continue;
    if (le !== '+Inf') point.boundaries.push(Number(le));
    point.counts.push(value - point.below);
    point.below = value;
  }
  return [...points.values()].map(({ attributes, boundaries, counts, below, sum }) => ({
    startTime, endTime, attributes, value: { buckets: { boundaries, counts }, sum, count: below },
  }));
}
