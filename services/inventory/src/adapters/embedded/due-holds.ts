import { ExpiryQueue, epochMs, type EpochMs } from '@traffic-tacos/kernel';

/** What the queue asks about a hold that it knows by its row. */
export interface LiveHolds {
  /** When a hold that nobody has ended expires; undefined once it has ended. */
  liveUntilMs(row: number): number | undefined;
  /** How many of the hold's places are in the section. */
  placesIn(row: number, section: number, seats: SeatSections): number;
}

/** Which section a seat is in. */
export interface SeatSections {
  sectionOf(seat: number): number;
}

/**
 * The live holds of one section by expiry, and those among them that are over though nobody has ended them yet.
 *
 * The books count such holds as held; whoever needs to know how many places are really free asks here. Finding them out changes no
 * fact: it depends on the clock alone, and each hold is moved from one list to the other once.
 */
export class DueHolds {
  readonly #section: number;
  readonly #seats: SeatSections;
  readonly #holds: LiveHolds;
  readonly #queue = new ExpiryQueue();
  /** Rows of holds that are over, the first to expire first, among rows of holds that were ended since. */
  #due: number[] = [];
  /** Rows before it are all ended. */
  #head = 0;
  #settledMs = -1;
  #places = 0;

  constructor(section: number, seats: SeatSections, holds: LiveHolds) {
    this.#section = section;
    this.#seats = seats;
    this.#holds = holds;
  }

  /** Places of holds that were over when it was last settled. */
  get places(): number {
    return this.#places;
  }

  /** Whether no hold that is over is known. */
  get isEmpty(): boolean {
    return this.#head === this.#due.length;
  }

  /** The next instant at which a hold may come due; undefined when there is none. */
  nextAtMs(): number | undefined {
    return this.#queue.nextAtMs();
  }

  /** A hold begins to live, or lives on until another instant. */
  add(row: number, untilMs: number, places: number): void {
    if (untilMs > this.#settledMs) {
      this.#queue.push(epochMs(untilMs), row);
      return;
    }
    this.#due.push(row);
    this.#places += places;
  }

  /** A hold that was to live until then no longer does. */
  remove(untilMs: number, places: number): void {
    if (untilMs <= this.#settledMs) this.#places -= places;
  }

  /** Finds the holds that are over at `now`; answers how many places they have that were not counted before. */
  settle(now: EpochMs): number {
    if (now <= this.#settledMs) return 0;
    const before = this.#places;
    for (let at = this.#queue.nextAtMs(); at !== undefined && at <= now; at = this.#queue.nextAtMs()) {
      const row = this.#queue.popDue(now);
      // An entry of another instant than the hold's belongs to an expiry that was moved by an extension.
      if (row === undefined || this.#holds.liveUntilMs(row) !== at) continue;
      this.#due.push(row);
      this.#places += this.#holds.placesIn(row, this.#section, this.#seats);
    }
    this.#settledMs = now;
    return this.#places - before;
  }

  /** Visits holds that are over at `now`, the first to expire first, until `visit` answers false. */
  visit(now: EpochMs, visit: (row: number) => boolean): void {
    let ended = 0;
    for (let i = this.#head; i < this.#due.length; i++) {
      const row = this.#due[i] ?? 0;
      const untilMs = this.#holds.liveUntilMs(row);
      if (untilMs === undefined && i === this.#head) this.#head++;
      else if (untilMs === undefined) ended++;
      else if (untilMs <= now && !visit(row)) break;
    }
    if (this.#head + ended > this.#due.length / 2) this.compact();
  }

  /** Forgets the rows of holds that have ended. */
  compact(): void {
    this.#due = this.#due.filter((row, i) => i >= this.#head && this.#holds.liveUntilMs(row) !== undefined);
    this.#head = 0;
  }
}
