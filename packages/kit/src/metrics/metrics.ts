import { monitorEventLoopDelay } from 'node:perf_hooks';
import { InvariantBreach } from '@traffic-tacos/kernel';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCounter, createGauge, createHistogram, type Counter, type Gauge, type Histogram, type MetricSpec } from './cells.ts';
import type { Family } from './family.ts';
import { METRICS } from './metric-table.ts';
import { readRegistry, type MetricReading } from './readings.ts';

/**
 * The metrics of one platform. Asking twice for one name gives the same metric, so that the servers of a platform share theirs; two
 * platforms in a process share nothing.
 */
export interface Metrics {
  counter(spec: MetricSpec): Family<Counter>;
  /** `refresh` runs before each scrape; a promise is waited for. */
  gauge(spec: MetricSpec, refresh?: (gauge: Family<Gauge>) => void | Promise<void>): Family<Gauge>;
  /** Buckets of the spec, or else for durations in seconds, unless given. */
  histogram(spec: MetricSpec, buckets?: readonly number[]): Family<Histogram>;
  readonly names: readonly string[];
  /** All values as data, for whoever sends them somewhere. */
  read(): Promise<readonly MetricReading[]>;
  /** Prometheus text format, with `contentType`. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Stops what watches the event loop. */
  close(): void;
}

export interface MetricsOptions {
  /** Memory, processor time, garbage collection, handles of the process, and its event-loop lag. On unless told otherwise. */
  readonly processMetrics?: boolean;
}

/** From 1 ms to 10 s: the latency bars of the platform (20, 60, 120, 250, 500, 600 ms) fall between these bounds. */
const DURATION_BUCKETS_SECONDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.12, 0.25, 0.5, 1, 2.5, 5, 10,
];

type LagMonitor = ReturnType<typeof monitorEventLoopDelay>;

const LAG_RESOLUTION_MS = 20;
const LAG_QUANTILES: readonly number[] = [0.5, 0.9, 0.99, 1];

export function createMetrics({ processMetrics = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const families = new Map<string, { readonly kind: string; readonly labels: string; readonly family: unknown }>();

  const once = <Child>(kind: string, spec: MetricSpec, create: () => Family<Child>): Family<Child> => {
    const labels = (spec.labels ?? []).join(',');
    const known = families.get(spec.name);
    if (known === undefined) {
      const family = create();
      families.set(spec.name, { kind, labels, family });
      return family;
    }
    if (known.kind !== kind || known.labels !== labels) throw new InvariantBreach(`metric ${spec.name} is declared in two ways`);
    return known.family as Family<Child>;
  };

  const metrics: Metrics = {
    counter: (spec) => once('counter', spec, () => createCounter(registry, spec)),
    gauge: (spec, refresh) => once('gauge', spec, () => createGauge(registry, spec, refresh)),
    histogram: (spec, buckets = spec.buckets ?? DURATION_BUCKETS_SECONDS) =>
      once('histogram', spec, () => createHistogram(registry, spec, buckets)),
    get names() {
      return registry.getMetricsAsArray().map(({ name }) => name);
    },
    read: () => readRegistry(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => lag?.disable(),
  };
  const lag = processMetrics ? watchProcess(registry, metrics) : undefined;
  return metrics;
}

function watchProcess(registry: Registry, metrics: Metrics): LagMonitor {
  collectDefaultMetrics({ register: registry });
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  metrics.gauge(METRICS.eventLoopLag, (gauge) => {
    for (const quantile of LAG_QUANTILES) gauge.with(String(quantile)).set(lagSeconds(lag, quantile));
    lag.reset();
  });
  return lag;
}

/** The timer's own interval is part of every sample and no lag. */
function lagSeconds(lag: LagMonitor, quantile: number): number {
  const nanoseconds = lag.count === 0 ? 0 : quantile === 1 ? lag.max : lag.percentile(quantile * 100);
  return Math.max(0, nanoseconds / 1e9 - LAG_RESOLUTION_MS / 1000);
}
