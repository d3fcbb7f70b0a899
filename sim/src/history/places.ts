import type { Effect, Ends, Operation, Sequential } from './operation.ts';

interface Holding {
  readonly holder: string;
  readonly quantity: number;
  /** Undefined for an order. */
  readonly ends: Ends | undefined;
}

/** A reservation that has no places any more, and those before it. */
interface Past {
  readonly holder: string;
  readonly how: 'given' | 'over';
  readonly before: Past | undefined;
}

export interface Places {
  readonly live: readonly Holding[];
  readonly past: Past | undefined;
}

type Step<Kind extends Effect['kind']> = (places: Places, effect: Extract<Effect, { kind: Kind }>, at: Operation, capacity: number) => Places | undefined;

/**
 * So many places: a pool, or a seat, which is a pool of one. Who holds some keeps them until they are given back, sold, or the hold has ended by
 * itself, which may have been seen by either side at any instant that their clocks allow.
 */
export const placesOf = (capacity: number): Sequential<Places> => ({
  initial: { live: [], past: undefined },
  step: (places, operation) => (STEPS[operation.effect.kind] as Step<Effect['kind']>)(places, operation.effect, operation, capacity),
  keyOf: ({ live }) => live.map(({ holder, ends }) => `${holder}${ends === undefined ? '$' : ends.toMs}`).sort().join(),
});

const STEPS: { readonly [Kind in Effect['kind']]: Step<Kind> } = {
  take: ({ live, past }, { holder, quantity, ends }, { endMs }, capacity) => {
    const room = makeRoom(live, past, capacity - quantity, endMs);
    return room && { ...room, live: [...room.live, { holder, quantity, ends }] };
  },
  give: ({ live, past }, { holder }) => {
    const held = find(live, holder);
    return held?.ends === undefined ? undefined : { live: without(live, holder), past: { holder, how: 'given', before: past } };
  },
  extend: ({ live, past }, { holder, ends }) => {
    const held = find(live, holder);
    return held?.ends === undefined ? undefined : { live: [...without(live, holder), { ...held, ends }], past };
  },
  // A payment that was captured takes the places of an ended hold again, where they are free.
  sell: (places, { holder, quantity }, { endMs }, capacity) => {
    const { live, past } = places;
    const held = find(live, holder);
    if (held !== undefined && held.ends === undefined) return places;
    if (held === undefined && fateOf(past, holder) !== 'over') return undefined;
    const room = makeRoom(without(live, holder), past, capacity - quantity, endMs);
    return room && { ...room, live: [...room.live, { holder, quantity, ends: undefined }] };
  },
  refused: (places, { quantity }, { startMs }, capacity) =>
    sum(places.live.filter(({ ends }) => ends === undefined || ends.toMs >= startMs)) + quantity > capacity ? places : undefined,
  saw: (places, { holder, as }, { startMs, endMs }) => {
    const { live, past } = places;
    const held = find(live, holder);
    if (held !== undefined) {
      if (as === 'sold') return held.ends === undefined ? places : undefined;
      if (held.ends === undefined) return undefined;
      if (as === 'held') return held.ends.toMs >= startMs ? places : undefined;
      return as === 'over' && held.ends.fromMs <= endMs ? { live: without(live, holder), past: { holder, how: 'over', before: past } } : undefined;
    }
    return (fateOf(past, holder) ?? 'nothing') === as ? places : undefined;
  },
  // What is over may be shown as taken until somebody has swept it.
  left: (state, { places }, { endMs }, capacity) => {
    const surely = sum(state.live.filter((holding) => !mayBeOver(holding, endMs)));
    return surely <= capacity - places && sum(state.live) >= capacity - places ? state : undefined;
  },
};

const sum = (holdings: readonly Holding[]): number => holdings.reduce((total, { quantity }) => total + quantity, 0);

const find = (live: readonly Holding[], holder: string): Holding | undefined => live.find((holding) => holding.holder === holder);

const without = (live: readonly Holding[], holder: string): readonly Holding[] => live.filter((holding) => holding.holder !== holder);

const mayBeOver = ({ ends }: Holding, atMs: number): boolean => ends !== undefined && ends.fromMs <= atMs;

function fateOf(past: Past | undefined, holder: string): 'given' | 'over' | undefined {
  for (let one = past; one !== undefined; one = one.before) if (one.holder === holder) return one.how;
  return undefined;
}

/** Leaves out as many of those that may be over as are in the way, the one that ends first before others. Undefined where that is not enough. */
function makeRoom(live: readonly Holding[], past: Past | undefined, most: number, atMs: number): Places | undefined {
  if (sum(live) <= most) return { live, past };
  const kept = [...live].sort((a, b) => endOf(a) - endOf(b));
  let gone = past;
  for (let first = kept[0]; sum(kept) > most; first = kept[0]) {
    if (first === undefined || !mayBeOver(first, atMs)) return undefined;
    kept.shift();
    gone = { holder: first.holder, how: 'over', before: gone };
  }
  return { live: kept, past: gone };
}

const endOf = ({ ends }: Holding): number => ends?.fromMs ?? Number.POSITIVE_INFINITY;

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
