import { Unavailable, type EpochMs } from '@traffic-tacos/kernel';

/** A table whose ended records may leave memory. */
export interface MovableTable {
  readonly name: string;
  /** Rows in memory, and the limit at which new ones are refused. */
  readonly live: number;
  readonly limit: number;
  /**
   * Visits, among up to `budget` rows from `cursor` on, those whose record has ended and was last changed at `untilMs` or before; answers
   * the next cursor, or -1 at the end.
   */
  visitEnded(cursor: number, budget: number, untilMs: number, visit: (row: number, version: number) => void): number;
  /** Takes the row out of memory, with all that is derived from it, if its record is still of that version. What throws `Unavailable` stays. */
  evict(row: number, version: number): boolean;
}

export interface MoverDeps {
  readonly tables: readonly MovableTable[];
  /** How long an ended record is answered from memory while there is room. */
  readonly graceMs: number;
  readonly nowMs: () => EpochMs;
  readonly monotonicMs: () => number;
  /** The newest group that holds anything that is applied. */
  readonly appliedToMemory: () => number;
  /** The group up to which everything that had ended is committed in the history. */
  readonly committed: () => number;
}

/** Rows in one batch of one table: what may leave between two commits of the history. */
const BATCH = 16_384;
const ROWS_AT_ONCE = 64;
/** A walk over all rows begins at most so often while there is room. */
const WALK_EVERY_MS = 1_000;
/** Below this part of the limit the whole grace is given; from the other on, none. */
const ROOMY = 0.5;
const PRESSED = 0.75;

/**
 * Lets records that have ended out of memory, once the history has them for certain.
 *
 * A batch of rows is noted as they stand at one moment; whatever was applied by then is in groups up to that moment's. When the history
 * has committed as far, each row that still has the version noted is in it, and goes. So no row needs to know its group.
 */
export class HistoryMover {
  readonly #deps: MoverDeps;
  readonly #walks: readonly TableWalk[];
  /** Rows that have left memory. */
  moved = 0;

  constructor(deps: MoverDeps) {
    this.#deps = deps;
    this.#walks = deps.tables.map((table) => new TableWalk(table));
  }

  /** Works for at most about `sliceMs`; answers whether there is more to do at once. */
  step(sliceMs: number): boolean {
    const endMs = this.#deps.monotonicMs() + sliceMs;
    let isBusy = true;
    while (isBusy && this.#deps.monotonicMs() < endMs) {
      isBusy = false;
      for (const walk of this.#walks) {
        const result = walk.step(this.#deps);
        this.moved += result.moved;
        if (result.isBusy) isBusy = true;
      }
    }
    return isBusy;
  }
}

const WAITING = { moved: 0, isBusy: false } as const;

/** The walk through one table: note a batch, wait for the history, let go. */
class TableWalk {
  readonly #table: MovableTable;
  readonly #rows = new Uint32Array(BATCH);
  readonly #versions = new Uint32Array(BATCH);
  #noted = 0;
  #left = 0;
  /** The history has all of the batch when it has this group; undefined while the batch is being noted. */
  #safeFrom: number | undefined;
  #cursor = 0;
  #walkBeganMs = 0;
  #isBarren = true;
  #nextWalkMs = 0;

  constructor(table: MovableTable) {
    this.#table = table;
  }

  step(deps: MoverDeps): { readonly moved: number; readonly isBusy: boolean } {
    if (this.#safeFrom === undefined) return this.#note(deps);
    return deps.committed() < this.#safeFrom ? WAITING : this.#letGo();
  }

  #note(deps: MoverDeps): { readonly moved: number; readonly isBusy: boolean } {
    const beginsWalk = this.#cursor === 0;
    if (beginsWalk && deps.monotonicMs() < this.#nextWalkMs) return WAITING;
    if (beginsWalk) this.#beginWalk(deps.monotonicMs());
    const untilMs = deps.nowMs() - deps.graceMs * this.#patience();
    this.#cursor = this.#table.visitEnded(this.#cursor, ROWS_AT_ONCE, untilMs, (row, version) => {
      this.#rows[this.#noted] = row;
      this.#versions[this.#noted++] = version;
    });
    const isAtEnd = this.#cursor === -1;
    if (this.#noted > 0) this.#isBarren = false;
    if (isAtEnd) this.#endWalk(deps.monotonicMs());
    const isFull = this.#noted > BATCH - ROWS_AT_ONCE;
    if (this.#noted > 0 && (isAtEnd || isFull)) this.#safeFrom = deps.appliedToMemory();
    return { moved: 0, isBusy: !isAtEnd || this.#noted > 0 };
  }

  #beginWalk(nowMs: number): void {
    this.#walkBeganMs = nowMs;
    this.#isBarren = true;
  }

  /** Where rows run short the next walk follows at once, unless this one found nothing: then it takes a quarter of the time at most. */
  #endWalk(nowMs: number): void {
    this.#cursor = 0;
    const isPressed = this.#table.live >= this.#table.limit * PRESSED;
    const restMs = this.#isBarren ? 3 * (nowMs - this.#walkBeganMs) : 0;
    this.#nextWalkMs = nowMs + Math.max(isPressed ? 0 : WALK_EVERY_MS, restMs);
  }

  #letGo(): { readonly moved: number; readonly isBusy: boolean } {
    const end = Math.min(this.#left + ROWS_AT_ONCE, this.#noted);
    let moved = 0;
    for (; this.#left < end; this.#left++) {
      if (this.#evict(this.#rows[this.#left] ?? 0, this.#versions[this.#left] ?? 0)) moved++;
    }
    if (this.#left < this.#noted) return { moved, isBusy: true };
    this.#noted = 0;
    this.#left = 0;
    this.#safeFrom = undefined;
    return { moved, isBusy: this.#cursor > 0 };
  }

  /** What the history cannot be asked about stays: a damaged page of it must not end the process. */
  #evict(row: number, version: number): boolean {
    try {
      return this.#table.evict(row, version);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return false;
    }
  }

  /** 1 while there is room, down to 0 where rows run short: what is recent is answered from memory, but not at the price of refusals. */
  #patience(): number {
    const used = this.#table.live / this.#table.limit;
    return Math.min(1, Math.max(0, (PRESSED - used) / (PRESSED - ROOMY)));
  }
}
