import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, type Registry } from 'prom-client';
import { Children, type Family } from './family.ts';

/** Counts up. */
export interface Counter {
  inc(by?: number): void;
}

/** Stands at a value. */
export interface Gauge {
  set(value: number): void;
}

/** Counts values by size. */
export interface Histogram {
  observe(value: number): void;
}

/** What every metric is declared with. Names and units as in Prometheus' conventions: base units, `_total` for counters. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Of a histogram: upper bounds in rising order, in the unit of the values. */
  readonly buckets?: readonly number[];
}

class NumberCell implements Counter, Gauge {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }

  set(value: number): void {
    this.value = value;
  }
}

/*
 * The library's own children hash their labels and look up every bucket by name at each call, about a microsecond; these cells add to a
 * number, and hand their values over when somebody scrapes.
 */

export function createCounter(registry: Registry, spec: MetricSpec): Family<Counter> {
  const children = new Children(spec.labels ?? [], () => new NumberCell());
  new PromCounter({
    ...promOptions(registry, spec),
    collect() {
      this.reset();
      for (const { labels, child } of children.all()) this.inc(labels, child.value);
    },
  });
  return children;
}

/** `refresh` runs before each scrape, for values that are read rather than set; a promise is waited for. */
export function createGauge(registry: Registry, spec: MetricSpec, refresh?: (gauge: Family<Gauge>) => void | Promise<void>): Family<Gauge> {
  const children = new Children(spec.labels ?? [], () => new NumberCell());
  new PromGauge({
    ...promOptions(registry, spec),
    async collect() {
      await refresh?.(children);
      this.reset();
      for (const { labels, child } of children.all()) this.set(labels, child.value);
    },
  });
  return children;
}

/** `buckets`: upper bounds in rising order, in the unit of the values. */
export function createHistogram(registry: Registry, spec: MetricSpec, buckets: readonly number[]): Family<Histogram> {
  const children = new Children(spec.labels ?? [], () => new HistogramCell(buckets));
  new CellHistogram(registry, spec, buckets, children);
  return children;
}

const promOptions = (registry: Registry, spec: MetricSpec) => ({
  name: spec.name,
  help: spec.help,
  labelNames: [...(spec.labels ?? [])],
  registers: [registry],
});

class HistogramCell implements Histogram {
  readonly #bounds: readonly number[];
  /** Values at most each bound and above the one before; the last place counts what is above all. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? Infinity)) place++;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    this.sum += value;
  }
}

interface PrintedValue {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

class CellHistogram extends PromHistogram {
  readonly #spec: MetricSpec;
  readonly #bounds: readonly number[];
  readonly #children: Children<HistogramCell>;

  constructor(registry: Registry, spec: MetricSpec, bounds: readonly number[], children: Children<HistogramCell>) {
    super({ ...promOptions(registry, spec), buckets: [...bounds] });
    this.#spec = spec;
    this.#bounds = bounds;
    this.#children = children;
  }

  /** Both of the library's readers, the printer and `get`, come here for the values. */
  async getForPromString(): Promise<object> {
    const values = [...this.#children.all()].flatMap(({ labels, child }) => this.#valuesOf(labels, child));
    return { name: this.#spec.name, help: this.#spec.help, type: 'histogram', values, aggregator: 'sum' };
  }

  #valuesOf(sharedLabels: Readonly<Record<string, string>>, cell: HistogramCell): readonly PrintedValue[] {
    const { name } = this.#spec;
    let cumulative = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, place) => {
      cumulative += cell.counts[place] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: cumulative };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: cell.sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: cumulative },
    ];
  }
}
