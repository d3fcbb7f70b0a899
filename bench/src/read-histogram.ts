/** A histogram as Prometheus text shows it, over all its labels together. */
export interface Histogram {
  readonly count: number;
  /** Upper bounds, ascending, each with how many values lie at or below it; the last bound is infinite. */
  readonly buckets: readonly (readonly [bound: number, atOrBelow: number])[];
}

export function readHistogram(text: string, name: string): Histogram {
  const buckets = new Map<number, number>();
  let count = 0;
  for (const line of text.split('\n')) {
    const [, kind, labels = '', value = '0'] = new RegExp(`^${name}_(bucket|count)(?:\\{(.*)\\})? (\\S+)`).exec(line) ?? [];
    if (kind === 'count') count += Number(value);
    const bound = /le="([^"]+)"/.exec(labels)?.[1];
    if (kind !== 'bucket' || bound === undefined) continue;
    const most = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    buckets.set(most, (buckets.get(most) ?? 0) + Number(value));
  }
  return { count, buckets: [...buckets].sort(([a], [b]) => a - b) };
}

/** The bound that this share of the values lies at or below: what is known for sure, so rather too high than too low. */
export function quantileOf({ count, buckets }: Histogram, share: number): number {
  return buckets.find(([, atOrBelow]) => atOrBelow >= count * share)?.[0] ?? Number.NaN;
}
