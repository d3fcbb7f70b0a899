import { Contended, invariant } from '@traffic-tacos/kernel';
import type { RecordTable } from './record-table.ts';

/** Something a decision relied on without changing it. */
export interface Reliance {
  /** Whether it is still as the decision saw it. */
  holds(): boolean;
}

/** A record about to be written, with the table that it belongs to. */
export interface StagedRecord<R = unknown> {
  readonly table: RecordTable<R>;
  readonly record: R;
}

/**
 * Everything that one request is about to change, over all services it touches: the records, and what the decisions relied on.
 * It is filled and committed in one synchronous turn, or filled again.
 */
export class Unit {
  readonly #staged: StagedRecord[] = [];
  readonly #reliances: Reliance[] = [];

  get staged(): readonly StagedRecord[] {
    return this.#staged;
  }

  get isEmpty(): boolean {
    return this.#staged.length === 0;
  }

  write<R>(table: RecordTable<R>, record: R): void {
    this.#staged.push({ table: table as RecordTable<unknown>, record });
  }

  rely(reliance: Reliance): void {
    this.#reliances.push(reliance);
  }

  /** Whether nothing that was written or relied on has changed since the decision. */
  isCurrent(): boolean {
    for (const reliance of this.#reliances) if (!reliance.holds()) return false;
    for (const { table, record } of this.#staged) if (!table.isNext(record)) return false;
    return true;
  }

  apply(): void {
    for (const { table, record } of this.#staged) table.apply(record);
  }
}

/** A step that waited for whatever it needs and now decides inside the caller's unit, once per attempt, without waiting. */
export type Joinable<Outcome> = (unit: Unit) => Outcome;

/** The part of the journal that units need. */
export interface EntrySink {
  /** Adds the records as one entry to the group that is gathering. */
  append(records: readonly StagedRecord[]): void;
  /** Resolves when all that was appended before the call is on disk; rejects with `Unavailable` when that is not known. */
  durable(): Promise<void>;
}

/** Runs units of work against one journal. */
export class Units {
  readonly #sink: EntrySink;
  readonly #attempts: number;
  readonly #onBroken: (cause: unknown) => void;

  /**
   * `onBroken` is told when records that are appended could not be applied: memory is then neither before nor after the entry, and the
   * process must refuse everything and end. The next start builds memory from the journal.
   */
  constructor(sink: EntrySink, attempts: number, onBroken: (cause: unknown) => void = () => undefined) {
    invariant(attempts > 0, 'at least one attempt');
    this.#sink = sink;
    this.#attempts = attempts;
    this.#onBroken = onBroken;
  }

  /**
   * Decides, applies and appends in one synchronous turn, then waits until the outcome rests on disk. A refusal waits too: what it
   * met may not be there yet. Rejects with `Contended` after the last attempt, with `Unavailable` when the journal failed.
   */
  async run<Outcome>(decide: Joinable<Outcome>): Promise<Outcome> {
    const outcome = this.decideNow(decide);
    await this.#sink.durable();
    return outcome;
  }

  /** The synchronous half of `run`, for callers that gather several units before they wait once with `durable`. */
  decideNow<Outcome>(decide: Joinable<Outcome>): Outcome {
    for (let attempt = 0; attempt < this.#attempts; attempt++) {
      const unit = new Unit();
      const outcome = decide(unit);
      if (this.commit(unit)) return outcome;
    }
    throw new Contended(`decided ${this.#attempts} times and was overtaken each time`);
  }

  /** Applies and appends the unit if it is still current; otherwise changes nothing and answers false. */
  commit(unit: Unit): boolean {
    if (!unit.isCurrent()) return false;
    if (unit.isEmpty) return true;
    this.#sink.append(unit.staged);
    try {
      unit.apply();
    } catch (cause) {
      this.#onBroken(cause);
      throw cause;
    }
    return true;
  }

  durable(): Promise<void> {
    return this.#sink.durable();
  }
}
