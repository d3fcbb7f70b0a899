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
  /** It was refused because somebody had the seat, or because fewer than `quantity` places were left. */
  | { readonly kind: 'refused'; readonly quantity: number };

export interface Ends {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a seat or a pool behaves when operations come one after the other. */
export interface Sequential<State> {
  readonly initial: State;
  /** The state after the operation; undefined where it cannot have happened in that state. */
  step(state: State, operation: Operation): State | undefined;
  /** Equal for equal states. */
  keyOf(state: State): string;
}

export const describeOperation = ({ client, object, startMs, endMs, effect }: Operation): string => {
  const when = `${startMs.toFixed(1)}–${endMs === Number.POSITIVE_INFINITY ? 'never answered' : endMs.toFixed(1)} ms`;
  if (effect.kind === 'take') return `${when}  ${client} got ${object}${effect.quantity > 1 ? ` × ${effect.quantity}` : ''} as ${effect.holder}`;
  if (effect.kind === 'give') return `${when}  ${client} gave ${object} of ${effect.holder} back`;
  return `${when}  ${client} was refused ${object}${effect.quantity > 1 ? ` × ${effect.quantity}` : ''}: taken`;
};
