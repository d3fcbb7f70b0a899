/**
 * One thing that a client did to one seat or pool, and when it asked and was answered, on the client's own clock. An operation takes effect at
 * one instant between the two.
 */
export interface Operation {
  readonly id: number;
  readonly client: string;
  /** The seat or the pool. */
  readonly object: string;
  readonly startMs: number;
  /** Infinity where no answer came: it may take effect at any time later, or never. */
  readonly endMs: number;
  readonly effect: Effect;
  /** False where it may have had no effect at all. */
  readonly isSure: boolean;
}

/** `holder` is the reservation. A hold ends by itself at some instant of `fromMs` to `toMs`: nobody's clocks agree exactly. */
export type Effect =
  | { readonly kind: 'take'; readonly holder: string; readonly quantity: number; readonly ends: Ends }
  | { readonly kind: 'give'; readonly holder: string }
  /** Its end moves. */
  | { readonly kind: 'extend'; readonly holder: string; readonly ends: Ends }
  /** It becomes an order, and has no end any more. */
  | { readonly kind: 'sell'; readonly holder: string; readonly quantity: number }
  /** It was refused because somebody had the seat, or because fewer than `quantity` places were left. */
  | { readonly kind: 'refused'; readonly quantity: number }
  /** Its buyer was told what has become of it, by a look at it or by a refusal. */
  | { readonly kind: 'saw'; readonly holder: string; readonly as: Seen }
  /** Anybody was told how many places are left. */
  | { readonly kind: 'left'; readonly places: number };

/** `given`: by its buyer. `over`: it has ended by itself. `nothing`: there is no such reservation. */
export type Seen = 'held' | 'sold' | 'given' | 'over' | 'nothing';

export interface Ends {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a seat or a pool behaves when operations come one after the other. */
export interface Sequential<State> {
  readonly initial: State;
  /**
   * The state after the operation, the very same where it changes nothing; undefined where it cannot have happened in that state. Whether it can
   * depends on the state and the operation alone.
   */
  step(state: State, operation: Operation): State | undefined;
  /** Equal for equal states that the same operations have led to. */
  keyOf(state: State): string;
}

export const describeOperation = ({ client, object, startMs, endMs, effect, isSure }: Operation): string => {
  const until = endMs !== Number.POSITIVE_INFINITY ? endMs.toFixed(1) : isSure ? 'later' : 'never answered';
  return `${startMs.toFixed(1)}–${until} ms  ${client} ${WORDS[effect.kind](object, effect as never)}`;
};

const times = (quantity: number): string => (quantity > 1 ? ` × ${quantity}` : '');
const SEEN: Readonly<Record<Seen, string>> = { held: 'held', sold: 'an order', given: 'cancelled', over: 'expired', nothing: 'not there' };

const WORDS: { readonly [Kind in Effect['kind']]: (object: string, effect: Extract<Effect, { kind: Kind }>) => string } = {
  take: (object, { holder, quantity }) => `got ${object}${times(quantity)} as ${holder}`,
  give: (object, { holder }) => `gave ${object} of ${holder} back`,
  extend: (object, { holder }) => `kept ${object} of ${holder} for longer`,
  sell: (object, { holder }) => `bought ${object} of ${holder}`,
  refused: (object, { quantity }) => `was refused ${object}${times(quantity)}: taken`,
  saw: (object, { holder, as }) => `was told that ${object} of ${holder} is ${SEEN[as]}`,
  left: (object, { places }) => `was told that ${places} of ${object} ${places === 1 ? 'is' : 'are'} left`,
};
