import type { Counter } from './cells.ts';
import type { Family } from './family.ts';

/**
 * Counts by the value of the one label that a family has, found without joining label texts. Values come from closed lists in the program's
 * text, never from a request.
 */
export function countBy<Value extends string>(family: Family<Counter>): (value: Value) => void {
  const counters = new Map<string, Counter>();
  return (value) => {
    let counter = counters.get(value);
    if (counter === undefined) counters.set(value, (counter = family.with(value)));
    counter.inc();
  };
}

/** How a request with an idempotency key ended, as `idempotency_requests_total` tells it. */
export type KeyResult = 'new' | 'replayed' | 'conflict';
