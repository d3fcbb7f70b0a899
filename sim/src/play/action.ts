import type { SeededRandom } from '@traffic-tacos/kernel';
import type { World } from '../world.ts';

/** One thing that can happen at a step. What exactly, its draws say: they are the step's own, whatever other steps there are. */
export interface Action {
  readonly name: string;
  /** How often it is chosen, against all others. */
  readonly weight: number;
  /** Something breaks down. */
  readonly isTrouble?: boolean;
  readonly play: (world: World, draws: SeededRandom) => void | Promise<void>;
}

/** One of the newest `within` of a list; undefined of an empty one. */
export function recent<T>(list: readonly T[], draws: SeededRandom, within = 16): T | undefined {
  if (list.length === 0) return undefined;
  return list[list.length - 1 - draws.below(Math.min(within, list.length))];
}

export const oneOf = <T>(list: readonly T[], draws: SeededRandom): T => list[draws.below(list.length)] as T;

/** 32 hex digits, as every request carries. */
export const traceOf = (world: World): string => world.step.toString(16).padStart(32, '0');

/** An answer in one word: what it is, or why it was refused. */
export const wordOf = (answer: { readonly kind: string } | { readonly refused: string }): string => ('kind' in answer ? answer.kind : answer.refused);
