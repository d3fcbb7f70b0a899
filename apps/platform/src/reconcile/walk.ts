import { BooksWalk } from '@traffic-tacos/inventory';
import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import { isOpen, type Intent } from '@traffic-tacos/payment';
import type { Order, Reservation } from '@traffic-tacos/reservation';
import type { Finding } from '../audit/breach.ts';
import type { PlatformTables } from '../tables.ts';
import { TIMER, type Records } from './records.ts';

/** Rows looked at between two looks at the clock: some 0.1 ms. */
const ROWS_AT_ONCE = 16;
/** Longer than the longest pause that the relay makes of its own. */
export const OUTBOX_OVERDUE_MS = 30_000;

export interface WalkDeps {
  readonly tables: PlatformTables;
  readonly records: Records;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** For how long the oldest change that is not relayed has waited. */
  readonly outboxAgeMs: () => number;
}

export interface Counted {
  holds: number;
  reservations: number;
  orders: number;
  intents: number;
}

/** A part of the walk: does one piece, and answers whether there is more of it. */
type Part = () => boolean;

/**
 * One walk through everything that is in memory, in pieces: what may still change stands there, and what has ended and left it is the matter of
 * `tacos audit`. Rows that appear behind it are for the next walk.
 */
export class Walk {
  readonly counted: Counted = { holds: 0, reservations: 0, orders: 0, intents: 0 };
  /** The earliest instant at which a record that was seen ends by itself: nothing has to be looked at before. */
  nextEndMs = Number.POSITIVE_INFINITY;
  readonly #deps: WalkDeps;
  readonly #found: (finding: Finding) => void;
  readonly #parts: Part[];

  constructor(deps: WalkDeps, found: (finding: Finding) => void) {
    this.#deps = deps;
    this.#found = found;
    // Money first: it has the shortest time to be put right in.
    this.#parts = [this.#outbox(), this.#intents(), this.#orders(), this.#reservations(), ...this.#books()];
  }

  /** Goes on for about `sliceMs`; answers whether there is more. */
  step(sliceMs: number): boolean {
    const { monotonicMs } = this.#deps;
    const endMs = monotonicMs() + sliceMs;
    for (let part = this.#parts[0]; part !== undefined; part = this.#parts[0]) {
      if (!part()) this.#parts.shift();
      if (monotonicMs() >= endMs) break;
    }
    return this.#parts.length > 0;
  }

  #outbox(): Part {
    return () => {
      const ageMs = this.#deps.outboxAgeMs();
      if (ageMs >= OUTBOX_OVERDUE_MS) this.#found({ kind: 'outbox_overdue', invariant: TIMER, subject: 'outbox', detail: `${Math.floor(ageMs / 1_000)} s behind the journal` });
      return false;
    };
  }

  #intents(): Part {
    const { tables, records, clock } = this.#deps;
    return this.#scan((cursor, visit: (intent: Intent) => void) => tables.payment.intents.scan(cursor, ROWS_AT_ONCE, visit), (intent) => {
      this.counted.intents++;
      if (isOpen(intent.status)) this.#endsAt(Math.min(intent.settleAtMs ?? intent.expiresAtMs, intent.expiresAtMs));
      return records.ofIntent(intent, clock.nowMs());
    });
  }

  #orders(): Part {
    const { tables, records, clock } = this.#deps;
    return this.#scan((cursor, visit: (order: Order) => void) => tables.reservation.orders.scan(cursor, ROWS_AT_ONCE, visit), (order) => {
      this.counted.orders++;
      return records.ofOrder(order, clock.nowMs());
    });
  }

  #reservations(): Part {
    const { tables, records, clock } = this.#deps;
    return this.#scan((cursor, visit: (reservation: Reservation) => void) => tables.reservation.reservations.scan(cursor, ROWS_AT_ONCE, visit), (reservation) => {
      this.counted.reservations++;
      if (reservation.status === 'HOLD') this.#endsAt(reservation.holdExpiresAtMs);
      return records.ofReservation(reservation, clock.nowMs());
    });
  }

  #books(): readonly Part[] {
    const { tables, records, clock } = this.#deps;
    let walk: BooksWalk | undefined;
    const books = (): BooksWalk => (walk ??= new BooksWalk(tables.inventory, this.#found));
    const holds = (cursor: number): number =>
      books().holds(cursor, ROWS_AT_ONCE, (hold) => {
        this.counted.holds++;
        if (hold.state === 'held') this.#endsAt(hold.expiresAtMs);
        this.#tellAll(records.ofHold(hold, clock.nowMs()));
      });
    return [part(holds), part((number) => books().events(number))];
  }

  #scan<R>(scan: (cursor: number, visit: (record: R) => void) => number, check: (record: R) => readonly Finding[]): Part {
    return part((cursor) => scan(cursor, (record) => this.#tellAll(check(record))));
  }

  #tellAll(findings: readonly Finding[]): void {
    for (const finding of findings) this.#found(finding);
  }

  #endsAt(atMs: EpochMs | number): void {
    if (atMs < this.nextEndMs) this.nextEndMs = atMs;
  }
}

/** A part that goes from cursor to cursor, until -1. */
function part(go: (cursor: number) => number): Part {
  let cursor = 0;
  return () => {
    cursor = go(cursor);
    return cursor !== -1;
  };
}
