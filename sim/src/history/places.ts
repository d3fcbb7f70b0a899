import type { Ends, Operation, Sequential } from './operation.ts';

interface Holding {
  readonly holder: string;
  readonly quantity: number;
  readonly ends: Ends;
}

/**
 * So many places: a pool, or a seat, which is a pool of one. Who holds some keeps them until they are given back or the hold has ended by
 * itself, which may have been seen by either side at any instant that their clocks allow.
 */
export const placesOf = (capacity: number): Sequential<readonly Holding[]> => ({
  initial: [],
  step: (holdings, { effect, startMs, endMs }) => {
    switch (effect.kind) {
      case 'take': {
        const surely = holdings.filter(({ ends }) => ends.fromMs > endMs);
        if (sum(surely) + effect.quantity > capacity) return undefined;
        const kept = makeRoom(holdings, capacity - effect.quantity, endMs);
        return [...kept, { holder: effect.holder, quantity: effect.quantity, ends: effect.ends }];
      }
      case 'give':
        return holdings.some(({ holder }) => holder === effect.holder) ? holdings.filter(({ holder }) => holder !== effect.holder) : undefined;
      case 'refused':
        return sum(holdings.filter(({ ends }) => ends.toMs >= startMs)) + effect.quantity > capacity ? holdings : undefined;
    }
  },
  keyOf: (holdings) => holdings.map(({ holder }) => holder).sort().join(),
});

const sum = (holdings: readonly Holding[]): number => holdings.reduce((total, { quantity }) => total + quantity, 0);

/** Leaves out as many of those that may be over as are in the way, the one that ends first before others. */
function makeRoom(holdings: readonly Holding[], most: number, atMs: number): readonly Holding[] {
  const kept = [...holdings].sort((a, b) => a.ends.fromMs - b.ends.fromMs);
  while (sum(kept) > most && (kept[0]?.ends.fromMs ?? Number.POSITIVE_INFINITY) <= atMs) kept.shift();
  return kept;
}

/** The objects that operations name, each with its operations. */
export function byObject(operations: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const objects = new Map<string, Operation[]>();
  for (const operation of operations) {
    const known = objects.get(operation.object);
    if (known === undefined) objects.set(operation.object, [operation]);
    else known.push(operation);
  }
  return objects;
}
