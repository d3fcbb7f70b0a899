import { BooksWalk, type Hold, type InventoryMemory } from '@traffic-tacos/inventory';
import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import { isOpen, type Intent } from '@traffic-tacos/payment';
import type { Order, Reservation } from '@traffic-tacos/reservation';
import type { Finding } from '../audit/breach.ts';
import type { PlatformTables } from '../tables.ts';
import { knownIntent } from './records-in-memory.ts';
import { overdueHold, TIMER, type Records } from './records.ts';

/** Rows looked at between two looks at the clock: some 0.1 ms. */
const ROWS_AT_ONCE = 16;
/** Longer than the longest pause that the relay makes of its own. */
const OUTBOX_OVERDUE_MS = 30_000;

export interface WalkDeps {
  readonly tables: Pick<PlatformTables, 'inventory' | 'reservation' | 'payment'>;
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

/** A part of a walk: does one piece, and answers whether there is more of it. */
type Part = () => boolean;
type Found = (finding: Finding) => void;

/** One walk through records in memory, in pieces. Rows that appear behind it are for the next walk. */
export class Walk {
  readonly counted: Counted = { holds: 0, reservations: 0, orders: 0, intents: 0 };
  /** The earliest instant at which a record that was seen ends by itself: nothing has to be looked at before. */
  nextEndMs = Number.POSITIVE_INFINITY;
  readonly #monotonicMs: () => number;
  readonly #parts: Part[];

  constructor(monotonicMs: () => number, parts: (walk: Walk) => readonly Part[]) {
    this.#monotonicMs = monotonicMs;
    this.#parts = [...parts(this)];
  }

  /** Goes on for about `sliceMs`; answers whether there is more. */
  step(sliceMs: number): boolean {
    const endMs = this.#monotonicMs() + sliceMs;
    for (let part = this.#parts[0]; part !== undefined; part = this.#parts[0]) {
      if (!part()) this.#parts.shift();
      if (this.#monotonicMs() >= endMs) break;
    }
    return this.#parts.length > 0;
  }

  endsAt(atMs: EpochMs | number): void {
    if (atMs < this.nextEndMs) this.nextEndMs = atMs;
  }
}

/**
 * Through everything that is in memory of services over one journal: what may still change stands there, and what has ended and left it is the
 * matter of `tacos audit`. Money first: it has the shortest time to be put right in.
 */
export function walkThroughAll(deps: WalkDeps, found: Found): Walk {
  const { tables, records, clock, monotonicMs, outboxAgeMs } = deps;
  const ofHold = (hold: Hold): readonly Finding[] => records.ofHold(hold, clock.nowMs());
  return new Walk(monotonicMs, (walk) => [outboxPart(outboxAgeMs, found), intentsPart(deps, walk, found), ordersPart(deps, walk, found), reservationsPart(deps, walk, found), ...booksParts(tables.inventory, ofHold, walk, found)]);
}

/** Through the books of an inventory that is alone in its process, and its holds that are over. */
export function walkThroughBooks(memory: InventoryMemory, { clock, monotonicMs }: Pick<WalkDeps, 'clock' | 'monotonicMs'>, found: Found): Walk {
  return new Walk(monotonicMs, (walk) => booksParts(memory, (hold) => overdueHold(hold, clock.nowMs()), walk, found));
}

/** What is wrong where changes wait to be handed over. */
export const overdueOutbox = (ageMs: number): readonly Finding[] =>
  ageMs < OUTBOX_OVERDUE_MS ? [] : [{ kind: 'outbox_overdue', invariant: TIMER, subject: 'outbox', detail: `${Math.floor(ageMs / 1_000)} s behind the journal` }];

const outboxPart = (outboxAgeMs: () => number, found: Found): Part => () => {
  tellAll(overdueOutbox(outboxAgeMs()), found);
  return false;
};

function intentsPart({ tables, records, clock }: WalkDeps, walk: Walk, found: Found): Part {
  return scanPart((cursor, visit: (intent: Intent) => void) => tables.payment.intents.scan(cursor, ROWS_AT_ONCE, visit), found, (intent) => {
    walk.counted.intents++;
    if (isOpen(intent.status)) walk.endsAt(Math.min(intent.settleAtMs ?? intent.expiresAtMs, intent.expiresAtMs));
    const nowMs = clock.nowMs();
    return records.ofIntent(knownIntent(intent, nowMs), nowMs);
  });
}

function ordersPart({ tables, records }: WalkDeps, walk: Walk, found: Found): Part {
  return scanPart((cursor, visit: (order: Order) => void) => tables.reservation.orders.scan(cursor, ROWS_AT_ONCE, visit), found, (order) => {
    walk.counted.orders++;
    return records.ofOrder(order);
  });
}

function reservationsPart({ tables, records, clock }: WalkDeps, walk: Walk, found: Found): Part {
  return scanPart((cursor, visit: (reservation: Reservation) => void) => tables.reservation.reservations.scan(cursor, ROWS_AT_ONCE, visit), found, (reservation) => {
    walk.counted.reservations++;
    if (reservation.status === 'HOLD') walk.endsAt(reservation.holdExpiresAtMs);
    return records.ofReservation(reservation, clock.nowMs());
  });
}

function booksParts(memory: InventoryMemory, ofHold: (hold: Hold) => readonly Finding[], walk: Walk, found: Found): readonly Part[] {
  let begun: BooksWalk | undefined;
  const books = (): BooksWalk => (begun ??= new BooksWalk(memory, found));
  const holds = (cursor: number): number =>
    books().holds(cursor, ROWS_AT_ONCE, (hold) => {
      walk.counted.holds++;
      if (hold.state === 'held') walk.endsAt(hold.expiresAtMs);
      tellAll(ofHold(hold), found);
    });
  return [part(holds), part((number) => books().events(number))];
}

const scanPart = <R>(scan: (cursor: number, visit: (record: R) => void) => number, found: Found, check: (record: R) => readonly Finding[]): Part =>
  part((cursor) => scan(cursor, (record) => tellAll(check(record), found)));

function tellAll(findings: readonly Finding[], found: Found): void {
  for (const finding of findings) found(finding);
}

/** A part that goes from cursor to cursor, until -1. */
function part(go: (cursor: number) => number): Part {
  let cursor = 0;
  return () => {
    cursor = go(cursor);
    return cursor !== -1;
  };
}
