import type { Operation, Sequential } from './operation.ts';

/** States looked at before a search gives up. */
const MOST_STATES = 300_000;

/** `gave_up`: neither an order nor the proof that there is none was found within the bound. */
export type Verdict = { readonly kind: 'legal'; readonly order: readonly Operation[] } | { readonly kind: 'illegal' } | { readonly kind: 'gave_up' };

/** A state that was reached, and what may come next. */
interface Frame<State> {
  readonly state: State;
  /** Undone ones before it are none. */
  readonly first: number;
  readonly next: readonly number[];
  /** The greatest number that is done. */
  readonly last: number;
  tried: number;
}

/**
 * Looks for an order of the operations in which each can have happened: one that keeps to the clock (whoever was answered before another asked
 * comes first) and to what the object does. Those that are not sure may be left out. The search is Wing and Gong's, with Lowe's memory of what was
 * tried; what changes nothing is put in its place as soon as it can be, since no other place serves better.
 */
export function linearize<State>(object: Sequential<State>, operations: readonly Operation[], mostStates = MOST_STATES): Verdict {
  return new Search(object, operations, mostStates).run();
}

class Search<State> {
  readonly #object: Sequential<State>;
  readonly #sorted: readonly Operation[];
  readonly #mostStates: number;
  readonly #done: Uint8Array;
  readonly #tried = new Set<string>();
  /** Numbers in the sorted list, in the order that is tried. */
  readonly #order: number[] = [];
  #sureLeft: number;

  constructor(object: Sequential<State>, operations: readonly Operation[], mostStates: number) {
    this.#object = object;
    this.#sorted = [...operations].sort((a, b) => a.startMs - b.startMs);
    this.#mostStates = mostStates;
    this.#done = new Uint8Array(operations.length);
    this.#sureLeft = operations.filter(({ isSure }) => isSure).length;
  }

  run(): Verdict {
    const frames: Frame<State>[] = [this.#frame(this.#object.initial, 0, -1)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      if (this.#sureLeft === 0) return { kind: 'legal', order: this.#order.flatMap((at) => this.#sorted[at] ?? []) };
      if (this.#tried.size > this.#mostStates) return { kind: 'gave_up' };
      const state = this.#advance(frame);
      const last = Math.max(frame.last, this.#order.at(-1) ?? -1);
      if (state !== undefined && this.#isNew(state, frame.first, last)) frames.push(this.#frame(state, frame.first, last));
      else if (state !== undefined) this.#undo();
      else {
        frames.pop();
        if (frames.length > 0) this.#undo();
      }
    }
    return { kind: 'illegal' };
  }

  /** Puts the next operation that can have happened in its place; undefined where none is left to try. */
  #advance(frame: Frame<State>): State | undefined {
    while (frame.tried < frame.next.length) {
      const at = frame.next[frame.tried++] ?? 0;
      const operation = this.#sorted[at];
      const state = operation === undefined ? undefined : this.#object.step(frame.state, operation);
      if (operation === undefined || state === undefined) continue;
      this.#done[at] = 1;
      this.#order.push(at);
      if (operation.isSure) this.#sureLeft--;
      return state;
    }
    return undefined;
  }

  #undo(): void {
    const at = this.#order.pop() ?? 0;
    this.#done[at] = 0;
    if (this.#sorted[at]?.isSure === true) this.#sureLeft++;
  }

  #frame(state: State, from: number, last: number): Frame<State> {
    let first = from;
    while (this.#done[first] === 1) first++;
    const next = this.#candidates(first);
    const idle = next.find((at) => this.#isIdle(state, at));
    return { state, first, last, tried: 0, next: idle === undefined ? this.#sureFirst(next) : [idle] };
  }

  #sureFirst(next: readonly number[]): readonly number[] {
    const isSure = (at: number): boolean => this.#sorted[at]?.isSure === true;
    return [...next.filter(isSure), ...next.filter((at) => !isSure(at))];
  }

  #isIdle(state: State, at: number): boolean {
    const operation = this.#sorted[at];
    return operation !== undefined && operation.isSure && this.#object.step(state, operation) === state;
  }

  /** Those that may come next: nothing sure that is left was answered before they were asked. */
  #candidates(first: number): readonly number[] {
    const found: number[] = [];
    let earliestEndMs = Number.POSITIVE_INFINITY;
    for (let at = first; at < this.#sorted.length; at++) {
      const operation = this.#sorted[at];
      if (operation === undefined || operation.startMs > earliestEndMs) break;
      if (this.#done[at] === 1) continue;
      found.push(at);
      if (operation.isSure) earliestEndMs = Math.min(earliestEndMs, operation.endMs);
    }
    return found.filter((at) => (this.#sorted[at]?.startMs ?? 0) <= earliestEndMs);
  }

  /** Whether this state was not reached before by the same operations. They are named by those that are left out of all up to the last. */
  #isNew(state: State, from: number, last: number): boolean {
    const open: number[] = [];
    for (let at = from; at <= last; at++) if (this.#done[at] === 0) open.push(at);
    const key = `${last}|${open.join()}|${this.#object.keyOf(state)}`;
    if (this.#tried.has(key)) return false;
    this.#tried.add(key);
    return true;
  }
}
