import { linearize } from './linearize.ts';
import type { Operation } from './operation.ts';
import { byObject, placesOf } from './places.ts';

export interface Contradiction {
  readonly object: string;
  /** The fewest operations that were found which cannot all be true, by time. */
  readonly operations: readonly Operation[];
}

export interface HistoryReport {
  readonly operations: number;
  readonly objects: number;
  readonly contradictions: readonly Contradiction[];
  /** Objects with a history that no order was found for in time. */
  readonly undecided: readonly string[];
}

/**
 * Whether the history of each seat and pool has a legal order. Each is judged for itself, a hold of several seats as one operation on each of
 * them. `capacityOf` says how many places an object has; a seat has one.
 */
export function checkHistory(operations: readonly Operation[], capacityOf: (object: string) => number): HistoryReport {
  const objects = byObject(operations);
  const contradictions: Contradiction[] = [];
  const undecided: string[] = [];
  for (const [object, own] of objects) {
    const verdict = linearize(placesOf(capacityOf(object)), own);
    if (verdict.kind === 'illegal') contradictions.push({ object, operations: smallest(own, capacityOf(object)) });
    if (verdict.kind === 'too_tangled') undecided.push(object);
  }
  return { operations: operations.length, objects: objects.size, contradictions, undecided };
}

/** Takes the word of ever fewer operations for true, as long as the rest cannot be: what is not sure is no contradiction. */
function smallest(operations: readonly Operation[], capacity: number): readonly Operation[] {
  let kept = [...operations].sort((a, b) => a.endMs - b.endMs);
  const isIllegal = (candidate: readonly Operation[]): boolean => linearize(placesOf(capacity), candidate).kind === 'illegal';
  while (kept.length > 1 && isIllegal(kept.slice(0, -1))) kept = kept.slice(0, -1);
  for (const operation of [...kept]) {
    const without = kept.map((other) => (other.id === operation.id ? { ...other, isSure: false } : other));
    if (isIllegal(without)) kept = without;
  }
  for (const operation of kept.filter(({ isSure }) => !isSure)) {
    const without = kept.filter(({ id }) => id !== operation.id);
    if (isIllegal(without)) kept = without;
  }
  return kept.sort((a, b) => a.startMs - b.startMs);
}
