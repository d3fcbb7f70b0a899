import type { Registry } from 'prom-client';

/** One value of a metric, named as in Prometheus text: a histogram's have `_bucket`, `_sum` or `_count` at the end. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its values at one instant. */
export interface MetricReading {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values: readonly { readonly metricName?: string; readonly labels: Readonly<Record<string, string | number | undefined>>; readonly value: number }[];
}

/** All metrics of a registry as data. */
export async function readRegistry(registry: Registry): Promise<readonly MetricReading[]> {
  const read = (await registry.getMetricsAsJSON()) as readonly ReadMetric[];
  return read.map(({ name, help, type, values }) => ({
    name,
    help,
    kind: type === 'counter' || type === 'histogram' ? type : 'gauge',
    samples: values.map(({ metricName = name, labels, value }) => ({ name: metricName, labels: textsOf(labels), value })),
  }));
}

const textsOf = (labels: Readonly<Record<string, string | number | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
