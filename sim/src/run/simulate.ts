import type { Planting } from '../machine/planting.ts';
import { nothingCounted } from './counted.ts';
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
  /** Those that the scheduler took, of every kind. */
  events: number;
  emptySteps: number;
  readonly counted: Run['counted'];
}

export interface Simulation {
  readonly totals: Totals;
  /** All runs in one number. */
  readonly digest: number;
  readonly failed: { readonly run: Run; readonly invariant: string; readonly shrunk: Shrunk | undefined } | undefined;
}

/** Plays seed after seed, and stops at the first that breaks a guarantee. */
export async function simulate({ seeds, steps, kept, planting = {}, onRun, isShrunk = true }: SimulateOptions): Promise<Simulation> {
  const totals: Totals = { seeds: 0, events: 0, emptySteps: 0, counted: nothingCounted() };
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

function add(totals: Totals, { events, emptySteps, counted }: Run): void {
  totals.seeds++;
  totals.events += events;
  totals.emptySteps += emptySteps;
  for (const kind of Object.keys(counted) as (keyof Run['counted'])[]) totals.counted[kind] += counted[kind];
}
