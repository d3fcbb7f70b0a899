import type { Line } from './plot.ts';

/** How a run is to be made. */
export interface RunOptions {
  /** A tiny run, to see that the scenario works; its figures say nothing. */
  readonly quick: boolean;
  readonly log: (line: string) => void;
  /** Takes what is worth drawing, where somebody wants it drawn. */
  readonly draw: (title: string, xName: string, lines: readonly Line[]) => void;
}

/** Figures by the names of the published list; a ratio is always taken within one run. */
export type Figures = Readonly<Record<string, number | string>>;

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** Bars that the figures are held against, in words. */
  readonly bars: readonly Bar[];
  run(options: RunOptions): Promise<Figures>;
}

export interface Bar {
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The middle value; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
