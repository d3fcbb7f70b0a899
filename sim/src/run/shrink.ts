import { runSeed, type Run, type RunOptions } from './run-seed.ts';

/** Runs spent on shortening one failure. */
const ATTEMPTS = 400;

export interface Shrunk {
  /** Fails as the whole run does, and is the shortest that was found. */
  readonly run: Run;
  readonly kept: readonly number[];
}

/**
 * Leaves steps out for as long as the same guarantee stays broken: halves first, then ever smaller pieces (delta debugging). What is left out
 * changes nothing about the draws of what stays.
 */
export async function shrink(options: RunOptions, failed: Run, invariant: string): Promise<Shrunk> {
  const last = failed.broken?.step ?? options.steps - 1;
  const shorter = { ...options, steps: last + 1, isTraced: false };
  let kept = [...(options.kept ?? Array.from({ length: last + 1 }, (_, step) => step))];
  let attempts = 0;
  const stillFails = async (candidate: readonly number[]): Promise<boolean> => {
    attempts++;
    const { broken } = await runSeed({ ...shorter, kept: new Set(candidate) });
    return broken !== undefined && invariantOf(broken.cause) === invariant;
  };
  for (let size = Math.ceil(kept.length / 2); size >= 1 && attempts < ATTEMPTS; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length && attempts < ATTEMPTS; ) {
      const candidate = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await stillFails(candidate)) kept = candidate;
      else from += size;
    }
  }
  return { run: await runSeed({ ...shorter, kept: new Set(kept), isTraced: true }), kept };
}

/** What is broken, in one word: shortening must not slip from one fault to another. */
export const invariantOf = (cause: unknown): string =>
  cause instanceof Error && 'invariant' in cause ? String(cause.invariant) : cause instanceof Error ? cause.name : 'thrown';
