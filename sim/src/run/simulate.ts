import type { Planting } from '../machine/planting.ts';
import { runSeed, type Run } from './run-seed.ts';
import { invariantOf, shrink, type Shrunk } from './shrink.ts';

export interface SimulateOptions {
  readonly seeds: Iterable<number>;
  readonly steps: number;
  readonly kept?: ReadonlySet<number> | undefined;
  readonly planting?: Planting;
  /** Told after each seed. */
  readonly onRun?: (run: Run) => void;
  readonly isShrunk?: boolean;
}

export interface Totals {
  seeds: number;
  /** Those in which something happened. */
  steps: number;
  emptySteps: number;
  requests: number;
  answers: number;
  boots: number;
  entriesLost: number;
}

export interface Simulation {
  readonly totals: Totals;
  /** All runs in one number. */
  readonly digest: number;
  readonly failed: { readonly run: Run; readonly invariant: string; readonly shrunk: Shrunk | undefined } | undefined;
}

/** Plays seed after seed, and stops at the first that breaks a guarantee. */
export async function simulate({ seeds, steps, kept, planting = {}, onRun, isShrunk = true }: SimulateOptions): Promise<Simulation> {
  const totals: Totals = { seeds: 0, steps: 0, emptySteps: 0, requests: 0, answers: 0, boots: 0, entriesLost: 0 };
  let digest = 0;
  for (const seed of seeds) {
    const options = { seed, steps, kept, planting };
    const run = await runSeed(options);
    add(totals, run);
    digest = Math.imul(digest ^ run.digest, 0x01000193) >>> 0;
    onRun?.(run);
    if (run.broken === undefined) continue;
    const invariant = invariantOf(run.broken.cause);
    return { totals, digest, failed: { run, invariant, shrunk: isShrunk ? await shrink(options, run, invariant) : undefined } };
  }
  return { totals, digest, failed: undefined };
}

function add(totals: Totals, { steps, emptySteps, counted }: Run): void {
  totals.seeds++;
  totals.steps += steps;
  totals.emptySteps += emptySteps;
  totals.requests += counted.requests;
  totals.answers += counted.answers;
  totals.boots += counted.boots;
  totals.entriesLost += counted.entriesLost;
}
