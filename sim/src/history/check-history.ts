import { linearize } from './linearize.ts';
import type { Operation } from './operation.ts';
import { byObject, placesOf } from './places.ts';
import { smallest } from './smallest.ts';

export interface Contradiction {
  readonly object: string;
  /** The fewest operations that were found which cannot all be true, by time. */
  readonly operations: readonly Operation[];
}

export interface HistoryReport {
  readonly operations: number;
  readonly objects: number;
  readonly contradictions: readonly Contradiction[];
  /** Objects with a history that was given up: nobody can say whether there is an order, so that this is no pass. */
  readonly undecided: readonly string[];
}

/**
 * Whether the history of each seat and pool has a legal order. Each is judged for itself, a hold of several seats as one operation on each of
 * them. `capacityOf` says how many places an object has; a seat has one.
 */
export function checkHistory(operations: readonly Operation[], capacityOf: (object: string) => number, mostStates?: number): HistoryReport {
  const objects = byObject(operations);
  const contradictions: Contradiction[] = [];
  const undecided: string[] = [];
  for (const [object, own] of objects) {
    const places = placesOf(capacityOf(object));
    const verdict = linearize(places, own, mostStates);
    if (verdict.kind === 'illegal') contradictions.push({ object, operations: smallest(places, own) });
    if (verdict.kind === 'gave_up') undecided.push(object);
  }
  return { operations: operations.length, objects: objects.size, contradictions, undecided };
}
