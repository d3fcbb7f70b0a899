import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import {
  epochMs,
  ExpiryQueue,
  IdIndex,
  invariant,
  isAfterWords,
  NO_ROW,
  parseId,
  type EpochMs,
  type Limits,
  type PaymentIntentId,
  type ReservationId,
} from '@traffic-tacos/kernel';
import { dueAtMs } from '../../domain/intent-at.ts';
import { isOpen, type Intent } from '../../domain/intent.ts';
import { decodeIntent, encodeIntent, INTENT_LAYOUT_VERSION, intentWords } from './intent-codec.ts';
import { AT, IntentRows } from './intent-rows.ts';

/** Hears of every live change in the turn in which it is applied, before it is durable. Recovery is not heard. */
export type IntentListener = (image: Intent) => void;

/**
 * Intents in memory: their rows, an index by id, the list of each reservation and of each user (newest first), and the open ones in
 * the order in which they are due. Images go in and come out as they are recorded; what is true now, `intentAt` says.
 */
export class IntentTable implements RecordTable<Intent> {
  readonly recordType = 20;
  readonly name = 'payment intent';
  readonly layoutVersion = INTENT_LAYOUT_VERSION;

  readonly #rows: IntentRows;
  readonly #byId: IdIndex;
  /** Finds the newest row of each reservation. */
  readonly #byReservation: IdIndex;
  /** By user number: the newest row + 1, or 0. */
  readonly #newestOfUser: number[] = [];
  readonly #due = new ExpiryQueue();
  readonly #listeners: IntentListener[] = [];

  constructor(limits: Limits) {
    this.#rows = new IntentRows(limits);
    this.#byId = new IdIndex(this.#rows.store, AT.id);
    this.#byReservation = new IdIndex(this.#rows.store, AT.reservation);
  }

  get size(): number {
    return this.#rows.store.live;
  }

  listen(listener: IntentListener): void {
    this.#listeners.push(listener);
  }

  assertRoom(userId: string, eventId: string): void {
    this.#rows.assertRoom(userId, eventId);
  }

  /** A text that is no id is the id of no intent. */
  find(id: PaymentIntentId): Intent | undefined {
    const row = this.#rowOf(id);
    return row === NO_ROW ? undefined : this.#rows.read(row);
  }

  /** The recorded version of the intent; 0 when there is none. */
  versionOf(id: PaymentIntentId): number {
    const row = this.#rowOf(id);
    return row === NO_ROW ? 0 : this.#rows.versionAt(row);
  }

  /** The intents of a reservation, newest first. */
  ofReservation(id: ReservationId): readonly Intent[] {
    const words = parseId('rsv', id);
    const found: Intent[] = [];
    if (words === undefined) return found;
    for (let row = this.#byReservation.find(words); row !== NO_ROW; row = this.#rows.olderAt(row, AT.olderOfReservation)) {
      found.push(this.#rows.read(row));
    }
    return found;
  }

  /** Visits the intents of a user, newest first, until `visit` answers false. */
  visitUser(userId: string, visit: (intent: Intent) => boolean): void {
    const user = this.#rows.userNumber(userId);
    if (user === 0) return;
    for (let row = this.#newest(user); row !== NO_ROW; row = this.#rows.olderAt(row, AT.olderOfUser)) {
      if (!visit(this.#rows.read(row))) return;
    }
  }

  /** Every intent, in no order, made of what is recorded by `see`. Rows that appear meanwhile may be left out. */
  *all<Seen>(see: (recorded: Intent) => Seen): Generator<Seen> {
    for (let row = 0; row < this.#rows.store.highWater; row++) if (this.#rows.versionAt(row) > 0) yield see(this.#rows.read(row));
  }

  /** The earliest instant at which an open intent is due; undefined when none is open. */
  nextDueAtMs(): EpochMs | undefined {
    for (let atMs = this.#due.nextAtMs(); atMs !== undefined; atMs = this.#due.nextAtMs()) {
      const instant = epochMs(atMs);
      const row = this.#due.popDue(instant);
      if (row === undefined || !isOpen(this.#rows.statusAt(row))) continue;
      this.#due.push(instant, row);
      return instant;
    }
    return undefined;
  }

  /** Open intents that are due, the earliest first, at most `limit`. They stay in the queue until they have ended. */
  dueAt(nowMs: EpochMs, limit: number): readonly Intent[] {
    const found: Intent[] = [];
    const taken: number[] = [];
    while (found.length < limit) {
      const row = this.#due.popDue(nowMs);
      if (row === undefined) break;
      if (!isOpen(this.#rows.statusAt(row))) continue;
      found.push(this.#rows.read(row));
      taken.push(row);
    }
    for (const row of taken) this.#queue(row);
    return found;
  }

  encode(intent: Intent, writer: ByteWriter): void {
    encodeIntent(intent, writer);
  }

  decode(layoutVersion: number, reader: ByteReader): Intent {
    return decodeIntent(layoutVersion, reader);
  }

  isNext(intent: Intent): boolean {
    return intent.version === this.versionOf(intent.id) + 1;
  }

  apply(intent: Intent): void {
    const row = this.#put(intent);
    if (intent.version === 1) this.#derive(row);
    for (const listener of this.#listeners) listener(intent);
  }

  restore(intent: Intent): void {
    if (this.versionOf(intent.id) < intent.version) this.#put(intent);
  }

  rebuild(): void {
    for (let row = 0; row < this.#rows.store.highWater; row++) if (this.#rows.versionAt(row) > 0) this.#derive(row);
  }

  scan(cursor: number, budget: number, visit: (intent: Intent) => void): number {
    const end = Math.min(cursor + budget, this.#rows.store.highWater);
    for (let row = cursor; row < end; row++) if (this.#rows.versionAt(row) > 0) visit(this.#rows.read(row));
    return end >= this.#rows.store.highWater ? -1 : end;
  }

  #rowOf(id: PaymentIntentId): number {
    const words = parseId('pay', id);
    return words === undefined ? NO_ROW : this.#byId.find(words);
  }

  #put(intent: Intent): number {
    const id = intentWords(intent.id);
    const known = this.#byId.find(id);
    const row = known === NO_ROW ? this.#rows.store.allocate() : known;
    if (known === NO_ROW) {
      this.#rows.writeFirst(row, intent);
      this.#byId.insert(id, row);
    }
    this.#rows.writeChange(row, intent);
    return row;
  }

  /** Puts a row into the lists and, while it is open, into the queue. */
  #derive(row: number): void {
    this.#linkToReservation(row);
    this.#linkToUser(row);
    if (isOpen(this.#rows.statusAt(row))) this.#queue(row);
  }

  #queue(row: number): void {
    const atMs = dueAtMs(this.#rows.read(row));
    invariant(atMs !== undefined, 'an open intent is due at some instant');
    this.#due.push(atMs, row);
  }

  #linkToReservation(row: number): void {
    const reservation = this.#rows.reservationAt(row);
    const newest = this.#byReservation.find(reservation);
    const head = this.#insertByAge(row, newest, AT.olderOfReservation);
    if (head === newest) return;
    this.#byReservation.remove(reservation);
    this.#byReservation.insert(reservation, row);
  }

  #linkToUser(row: number): void {
    const user = this.#rows.userNumberAt(row);
    while (this.#newestOfUser.length <= user) this.#newestOfUser.push(0);
    this.#newestOfUser[user] = this.#insertByAge(row, this.#newest(user), AT.olderOfUser) + 1;
  }

  /** Puts the row into a list that runs from the newest id to the oldest, and answers its head. A live row is the newest but for ties. */
  #insertByAge(row: number, head: number, column: typeof AT.olderOfUser | typeof AT.olderOfReservation): number {
    const id = this.#rows.idAt(row);
    let newer = NO_ROW;
    let older = head;
    while (older !== NO_ROW && isAfterWords(this.#rows.idAt(older), id)) {
      newer = older;
      older = this.#rows.olderAt(older, column);
    }
    this.#rows.setOlder(row, column, older);
    if (newer === NO_ROW) return row;
    this.#rows.setOlder(newer, column, row);
    return head;
  }

  #newest(user: number): number {
    return (this.#newestOfUser[user] ?? 0) - 1;
  }
}
