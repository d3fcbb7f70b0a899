import type { Operation, Sequential } from './operation.ts';

/** States looked at before a history counts as too tangled to be judged. */
const MOST_STATES = 2_000_000;

export type Verdict = { readonly kind: 'legal'; readonly order: readonly Operation[] } | { readonly kind: 'illegal' } | { readonly kind: 'too_tangled' };

/**
 * Looks for an order of the operations in which each can have happened: one that keeps to the clock (whoever was answered before another asked
 * comes first) and to what the object does. Those that are not sure may be left out. The search is Wing and Gong's, with Lowe's memory of what was tried.
 */
export function linearize<State>(object: Sequential<State>, operations: readonly Operation[]): Verdict {
  const sorted = [...operations].sort((a, b) => a.startMs - b.startMs);
  const sure = sorted.filter(({ isSure }) => isSure).length;
  const tried = new Set<string>();
  const done = new Set<number>();
  const order: Operation[] = [];

  const search = (state: State, sureLeft: number, from: number): boolean | undefined => {
    if (sureLeft === 0) return true;
    let first = from;
    while (done.has(first)) first++;
    const key = `${object.keyOf(state)}|${first}|${[...done].filter((at) => at > first).sort((a, b) => a - b).join()}`;
    if (tried.has(key)) return false;
    if (tried.size >= MOST_STATES) return undefined;
    tried.add(key);
    for (const at of candidates(sorted, done, first)) {
      const operation = sorted[at];
      const next = operation === undefined ? undefined : object.step(state, operation);
      if (operation === undefined || next === undefined) continue;
      done.add(at);
      order.push(operation);
      const found = search(next, sureLeft - (operation.isSure ? 1 : 0), first);
      if (found !== false) return found;
      done.delete(at);
      order.pop();
    }
    return false;
  };

  const found = search(object.initial, sure, 0);
  if (found === undefined) return { kind: 'too_tangled' };
  return found ? { kind: 'legal', order } : { kind: 'illegal' };
}

/** Those that may come next: nothing sure that is left was answered before they were asked. */
function candidates(sorted: readonly Operation[], done: ReadonlySet<number>, first: number): readonly number[] {
  const found: number[] = [];
  let earliestEndMs = Number.POSITIVE_INFINITY;
  for (let at = first; at < sorted.length; at++) {
    const operation = sorted[at];
    if (operation === undefined || operation.startMs > earliestEndMs) break;
    if (done.has(at)) continue;
    found.push(at);
    if (operation.isSure) earliestEndMs = Math.min(earliestEndMs, operation.endMs);
  }
  return found.filter((at) => (sorted[at]?.startMs ?? 0) <= earliestEndMs);
}
