import type { IdWords } from '@traffic-tacos/kernel';

/** A person of the reference model: plain fields, found by walking. */
export interface Person {
  readonly key: IdWords;
  readonly seq: number;
  state: 'waiting' | 'ready' | 'admitted' | 'spent' | 'over';
  /** Heard of since the last turn was missed, or the page closed. */
  isAwake: boolean;
  polledAtMs: number;
  pauseMs: number;
  readyAtMs: number;
  tokenEndsMs: number;
}

export interface Rules {
  perSecond: number;
  ceiling: number;
  isPaused: boolean;
}

const leaseEnds = ({ polledAtMs, pauseMs }: Person): number => polledAtMs + Math.max(30_000, 3 * pauseMs);
const isSilent = ({ polledAtMs, pauseMs }: Person, nowMs: number): boolean => nowMs - polledAtMs > 1.5 * pauseMs + 2_000;
const isInLine = ({ state }: Person): boolean => state === 'waiting' || state === 'ready';

/** The waiting room as the rules say it, with a list for a queue: slow, short, and nothing shared with the real one. */
export class ReferenceRoom {
  readonly people: Person[] = [];
  readonly rules: Rules;
  #tickedAtMs = 0;
  #carry = 0;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  position(person: Person): number | undefined {
    if (!isInLine(person)) return undefined;
    return 1 + this.people.filter((other) => isInLine(other) && other.seq < person.seq).length;
  }

  get active(): number {
    return this.people.filter(({ state }) => state === 'ready' || state === 'admitted' || state === 'spent').length;
  }

  /** What the person's place is at an instant, whether or not a tick has seen it. */
  stateAt(person: Person, nowMs: number): Person['state'] {
    if (isInLine(person)) return leaseEnds(person) <= nowMs ? 'over' : person.state;
    return person.state === 'admitted' && person.tokenEndsMs <= nowMs ? 'over' : person.state;
  }

  heard(person: Person, nowMs: number, pauseMs: number): void {
    person.polledAtMs = nowMs;
    person.pauseMs = pauseMs;
    if (person.state === 'waiting') person.isAwake = true;
  }

  tick(nowMs: number): number {
    if (this.people.every(({ state }) => state === 'over' || state === 'spent')) return 0;
    for (const person of this.people) this.#end(person, nowMs);
    const elapsedMs = this.#tickedAtMs === 0 ? 0 : Math.min(1_000, nowMs - this.#tickedAtMs);
    const exact = this.#carry + (this.rules.perSecond * elapsedMs) / 1_000;
    this.#tickedAtMs = nowMs;
    this.#carry = exact - Math.floor(exact);
    const most = this.rules.isPaused ? 0 : Math.max(0, Math.min(Math.floor(exact), this.rules.ceiling - this.active));
    const next = this.people.filter((person) => person.state === 'waiting' && person.isAwake && !isSilent(person, nowMs)).slice(0, most);
    for (const person of next) Object.assign(person, { state: 'ready', isAwake: false, readyAtMs: nowMs });
    return next.length;
  }

  #end(person: Person, nowMs: number): void {
    if (isInLine(person) && leaseEnds(person) <= nowMs) person.state = 'over';
    if (person.state === 'ready' && person.readyAtMs + 10_000 <= nowMs) Object.assign(person, { state: 'waiting', isAwake: false });
    if (person.state === 'admitted' && person.tokenEndsMs <= nowMs) person.state = 'over';
  }
}
