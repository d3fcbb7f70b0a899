import type { Journal, StagedRecord } from '@traffic-tacos/journal';
import type { Clock } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import { LIMITS } from '../machine/settings.ts';
import { purchaseLimitOf } from '../play/catalogue.ts';
import { Books } from './books.ts';
import { must } from './breach.ts';
import { checkHold } from './check-hold.ts';
import { checkIntent } from './check-intent.ts';
import { checkApplied, checkMessage } from './check-message.ts';
import { checkReservation } from './check-reservation.ts';
import { COMMITTED, digestText, Entry, HELD, kindsOf, type HoldRecord, type Kind } from './records.ts';
import { Rooms } from './rooms.ts';
import { Seats } from './seats.ts';

/** A hold as it was and as it becomes. */
type Change = readonly [id: string, before: HoldRecord | undefined, after: HoldRecord];

/** Checks each entry as it is written, against what all entries before it have said. */
export class EntryWatch {
  readonly books = new Books();
  readonly seats = new Seats();
  readonly rooms = new Rooms();
  /** When each fact about a payment was written, by the id of its event. */
  readonly factsAtMs = new Map<string, number>();
  readonly #poison: ReadonlySet<string>;
  /** Which client's key a reservation was asked for with, until its entry comes. */
  readonly #asked = new Map<string, string>();
  /** The reservation that each client's key has led to. */
  readonly #effects = new Map<string, string>();
  #kinds: ReadonlyMap<unknown, Kind | 'announced'> = new Map();
  #process: { readonly tables: PlatformTables; readonly journal: Journal; readonly clock: Clock } | undefined;

  /** `poison`: messages of which nothing can come. */
  constructor(poison: ReadonlySet<string>) {
    this.#poison = poison;
  }

  /** From now on it is the entries of this process. The books say what it has recovered. */
  follow(process: { readonly tables: PlatformTables; readonly journal: Journal; readonly clock: Clock }): void {
    this.#process = process;
    this.#kinds = kindsOf(process.tables);
    this.seats.rebuild(this.books.hold.values(), process.tables.inventory);
    this.rooms.follow(this.books, process.clock.nowMs());
    process.journal.subscribe({
      flushed: ({ sequence }) => {
        this.books.flushed(sequence);
        if (sequence === process.journal.appliedSequence) this.rooms.flushed(process.clock.nowMs());
      },
    });
  }

  /** A hold was granted to whoever asked with that key. */
  asked(reservationId: string, key: string): void {
    this.#asked.set(reservationId, key);
  }

  /** Throws `GuaranteeBroken`. */
  entry(records: readonly StagedRecord[]): void {
    if (this.#process === undefined) return;
    const { tables, journal, clock } = this.#process;
    const nowMs = clock.nowMs();
    const entry = new Entry(records, this.#kinds);
    const changes = entry.hold.map((after, at): Change => [entry.holdIds[at] ?? '', this.books.hold.get(entry.holdIds[at] ?? ''), after]);
    for (const [id, before, after] of changes) {
      checkHold(id, before, after, nowMs);
      if (after.state === HELD || after.state === COMMITTED) this.#checkLimit(id, before, after, nowMs);
    }
    for (const reservation of entry.reservation) checkReservation(this.books, entry, reservation, nowMs);
    for (const intent of entry.intent) {
      checkIntent(this.books, intent);
      for (let told = 0; told < intent.factsAdded; told++) this.factsAtMs.set(`${intent.id}.${intent.sequence - told}`, nowMs);
    }
    this.#checkKeys(entry, nowMs);
    for (const applied of entry.applied) checkApplied(this.books, applied);
    for (const message of entry.message) checkMessage(this.books, this.#poison, message, nowMs);
    this.rooms.entry(this.books, entry, tables, nowMs);
    this.books.write(entry, journal.appliedSequence);
    this.seats.change(changes, tables.inventory);
  }

  /** A timer has just run. */
  timerRan(): void {
    // A process whose journal has failed decides nothing any more.
    if (this.#process?.journal.failure === undefined && this.#process !== undefined) this.rooms.timerRan(this.books, this.#process.tables, this.#process.clock);
  }

  /** A buyer never has more places than the event allows: of holds that are not over, and of orders. */
  #checkLimit(id: string, before: HoldRecord | undefined, after: HoldRecord, nowMs: number): void {
    const isCounted = before !== undefined && (before.state === COMMITTED || (before.state === HELD && before.expiresAtMs > nowMs));
    const places = this.seats.placesOf(after.userId, after.eventId, nowMs) + (isCounted ? 0 : after.quantity);
    const limit = purchaseLimitOf(after.eventId);
    must(places <= limit, 'purchase limit', id, () => `${after.userId} has ${places} places of ${limit}`);
  }

  /** I7: while a key is remembered it leads to one reservation, whatever became of the request that brought it. */
  #checkKeys(entry: Entry, nowMs: number): void {
    for (const key of entry.key) {
      const known = this.books.key.get(digestText(key.digest));
      const isLive = known !== undefined && known.rememberedAtMs + LIMITS.idempotencyTtlMs > nowMs;
      must(!isLive, 'I7', known === undefined ? '' : this.books.reservationOf(known), 'its key was given to another effect');
    }
    for (const { id, version } of entry.reservation) {
      const key = version === 1 ? this.#asked.get(id) : undefined;
      if (key === undefined) continue;
      this.#asked.delete(id);
      const earlier = this.books.reservation.get(this.#effects.get(key) ?? '');
      const isLive = earlier !== undefined && earlier.createdAtMs + LIMITS.idempotencyTtlMs > nowMs;
      must(!isLive, 'I7', id, () => `was made by ${key}, which made ${String(earlier?.id)} before`);
      this.#effects.set(key, id);
    }
  }
}
