import { NO_HISTORY, type ByteReader, type ByteWriter, type HistoryReads, type HistorySource, type MovableTable, type RecordTable } from '@traffic-tacos/journal';
import { ExpiryQueue, formatId, IdIndex, isAfterWords, LimitReached, NO_ROW, parseId, type EpochMs, type IdWords, type Limits, type ReservationId } from '@traffic-tacos/kernel';
import { isCommitting, type Reservation } from '../../domain/reservation.ts';
import { decodeReservation, encodeReservation, RESERVATION_SHAPE, reservationWords } from './reservation-codec.ts';
import { ReservationRows } from './reservation-rows.ts';
import { UserLists } from './user-lists.ts';

/** So many rows of a user's list are taken out of the history at a time. */
const HISTORY_PAGE = 50;

/**
 * Reservations: in memory a row each, an index by id, a list per user, and a queue of holds by expiry; those that have ended leave it for
 * the history after a while. Whoever reads sees one table: a record in memory is never older than the one in the history.
 */
export class ReservationTable implements RecordTable<Reservation>, MovableTable {
  readonly recordType = RESERVATION_SHAPE.recordType;
  readonly name = 'reservation';
  readonly layoutVersion = 1;
  readonly shape = RESERVATION_SHAPE;

  readonly #rows: ReservationRows;
  readonly #index: IdIndex;
  readonly #lists: UserLists;
  readonly #due = new ExpiryQueue();
  readonly #history: HistoryReads<Reservation>;

  constructor(limits: Limits, history: HistorySource = NO_HISTORY) {
    this.#rows = new ReservationRows(limits);
    this.#index = new IdIndex(this.#rows.store);
    this.#lists = new UserLists(this.#rows);
    this.#history = history.of(RESERVATION_SHAPE);
  }

  /** Rows in memory. */
  get size(): number {
    return this.#rows.store.live;
  }

  get live(): number {
    return this.#rows.store.live;
  }

  get limit(): number {
    return this.#rows.limit;
  }

  /** Refuses before anything is decided when another reservation of this user would not fit. */
  assertRoom(userId: string): void {
    this.#rows.assertRoom(userId);
  }

  read(id: ReservationId): Reservation | undefined {
    const key = parseId('rsv', id);
    return key === undefined ? undefined : this.byWords(key);
  }

  /** Whether there is a reservation of that id: what it says is not read. */
  knows(id: ReservationId): boolean {
    const key = parseId('rsv', id);
    return key !== undefined && (this.#index.find(key) !== NO_ROW || this.#history.find(key) !== undefined);
  }

  /** The reservation whose id has these words. */
  byWords(key: IdWords): Reservation | undefined {
    const row = this.#index.find(key);
    return row === NO_ROW ? this.#history.find(key) : this.#rows.read(row);
  }

  /** Visits the user's reservations, newest first, from the one after `after`, until `visit` answers false. */
  visitOfUser(userId: string, after: string | undefined, visit: (reservation: Reservation) => boolean): void {
    const past = new PastReservations(this.#history, userId, after === undefined ? undefined : parseId('rsv', after));
    let row = this.#firstRow(userId, after);
    for (;;) {
      const known = past.peek();
      const isPast = known !== undefined && (row === NO_ROW || isAfterWords(reservationWords(known.id), this.#rows.keyAt(row)));
      if (!isPast && row === NO_ROW) return;
      const next = isPast ? known : this.#rows.read(row);
      if (known?.id === next.id) past.skip();
      if (!isPast) row = this.#rows.olderOf(row);
      if (!visit(next)) return;
    }
  }

  /** Every reservation once, wherever it is, in no order. Nothing may change meanwhile. */
  *everywhere(): Generator<Reservation> {
    for (let row = 0; row < this.#rows.store.highWater; row++) if (this.#rows.versionAt(row) > 0) yield this.#rows.read(row);
    for (const past of this.#history.all()) if (this.#rowOf(past.id) === NO_ROW) yield past;
  }

  /** Ids of reservations of which the history has a later version than memory. There are none, or something is wrong. */
  *behindHistory(): Generator<string> {
    for (const past of this.#history.all()) {
      const row = this.#rowOf(past.id);
      if (row !== NO_ROW && this.#rows.versionAt(row) < past.version) yield past.id;
    }
  }

  nextDueAtMs(): number | undefined {
    return this.#due.nextAtMs();
  }

  /** Takes up to `limit` holds that are over out of the queue. The caller ends each, or puts it back with `requeue`. */
  takeDue(nowMs: EpochMs, limit: number): readonly ReservationId[] {
    const due: ReservationId[] = [];
    while (due.length < limit) {
      const row = this.#due.popDue(nowMs);
      if (row === undefined) break;
      if (this.#rows.isHold(row) && this.#rows.holdExpiresAtMs(row) <= nowMs) due.push(formatId('rsv', this.#rows.keyAt(row)));
    }
    return due;
  }

  /** The reservations whose seats were being committed when this was last written. Looks at every row: for the start. */
  committing(): readonly Reservation[] {
    const found: Reservation[] = [];
    for (let row = 0; row < this.#rows.store.highWater; row++) {
      if (this.#rows.versionAt(row) === 0 || !this.#rows.namesIntent(row)) continue;
      const reservation = this.#rows.read(row);
      if (isCommitting(reservation)) found.push(reservation);
    }
    return found;
  }

  /** Puts a hold that was taken out as due, and could not be ended, back into the queue. */
  requeue(id: ReservationId, atMs: EpochMs): void {
    const row = this.#rowOf(id);
    if (row !== NO_ROW) this.#due.push(atMs, row);
  }

  encode(record: Reservation, writer: ByteWriter): void {
    encodeReservation(record, writer);
  }

  decode(layoutVersion: number, reader: ByteReader): Reservation {
    return decodeReservation(layoutVersion, reader);
  }

  /** A change of what has left memory is decided on the history's version, and brings the reservation back. A new one is not looked up. */
  isNext(record: Reservation): boolean {
    const row = this.#rowOf(record.id);
    if (row !== NO_ROW || record.version === 1) return this.#rows.versionAt(row) === record.version - 1;
    if (this.#rows.store.isFull) throw new LimitReached('reservations: reservationRows');
    return this.#history.versionOf(reservationWords(record.id)) === record.version - 1;
  }

  apply(record: Reservation): void {
    const key = reservationWords(record.id);
    const row = this.#index.find(key);
    if (row === NO_ROW) {
      this.#derive(this.#insert(key, record));
      return;
    }
    const beforeMs = this.#rows.holdExpiresAtMs(row);
    this.#rows.writeChange(row, record);
    if (record.status === 'HOLD' && record.holdExpiresAtMs !== beforeMs) this.#due.push(record.holdExpiresAtMs, row);
  }

  restore(record: Reservation): void {
    const key = reservationWords(record.id);
    const row = this.#index.find(key);
    if (row === NO_ROW) this.#insert(key, record);
    else if (this.#rows.versionAt(row) < record.version) this.#rows.writeChange(row, record);
  }

  forget(record: Reservation): void {
    const row = this.#rowOf(record.id);
    if (row !== NO_ROW) this.#remove(row);
  }

  rebuild(): void {
    for (let row = 0; row < this.#rows.store.highWater; row++) if (this.#rows.versionAt(row) > 0) this.#derive(row);
  }

  scan(cursor: number, budget: number, visit: (record: Reservation) => void): number {
    const end = Math.min(cursor + budget, this.#rows.store.highWater);
    for (let row = cursor; row < end; row++) {
      if (this.#rows.versionAt(row) > 0) visit(this.#rows.read(row));
    }
    return end === this.#rows.store.highWater ? -1 : end;
  }

  visitEnded(cursor: number, budget: number, untilMs: number, visit: (row: number, version: number) => void): number {
    const end = Math.min(cursor + budget, this.#rows.store.highWater);
    for (let row = cursor; row < end; row++) {
      if (this.#rows.hasEnded(row) && this.#rows.updatedAtMs(row) <= untilMs) visit(row, this.#rows.versionAt(row));
    }
    return end === this.#rows.store.highWater ? -1 : end;
  }

  evict(row: number, version: number): boolean {
    if (this.#rows.versionAt(row) !== version || !this.#rows.hasEnded(row)) return false;
    this.#lists.unlink(row);
    this.#remove(row);
    return true;
  }

  #firstRow(userId: string, after: string | undefined): number {
    const user = this.#rows.users.find(userId);
    return after === undefined ? this.#lists.newestOf(user) : this.#lists.olderThan(after, this.#rowOf(after), user);
  }

  #rowOf(id: string): number {
    const key = parseId('rsv', id);
    return key === undefined ? NO_ROW : this.#index.find(key);
  }

  #insert(key: IdWords, record: Reservation): number {
    const row = this.#rows.store.allocate();
    this.#rows.writeFirst(row, key, record);
    this.#index.insert(key, row);
    return row;
  }

  #remove(row: number): void {
    this.#index.remove(this.#rows.keyAt(row));
    this.#rows.free(row);
  }

  #derive(row: number): void {
    this.#lists.link(row);
    if (this.#rows.isHold(row)) this.#due.push(this.#rows.holdExpiresAtMs(row), row);
  }
}

/** A user's reservations in the history, newest first, a page at a time. */
class PastReservations {
  readonly #history: HistoryReads<Reservation>;
  readonly #userId: string;
  #below: IdWords | undefined;
  #page: readonly Reservation[] = [];
  #at = 0;
  #isAtEnd = false;

  constructor(history: HistoryReads<Reservation>, userId: string, below: IdWords | undefined) {
    this.#history = history;
    this.#userId = userId;
    this.#below = below;
  }

  peek(): Reservation | undefined {
    if (this.#at === this.#page.length && !this.#isAtEnd) this.#turn();
    return this.#page[this.#at];
  }

  skip(): void {
    this.#at++;
  }

  #turn(): void {
    this.#page = this.#history.ofOwner(this.#userId, this.#below, HISTORY_PAGE);
    this.#at = 0;
    this.#isAtEnd = this.#page.length < HISTORY_PAGE;
    const last = this.#page.at(-1);
    if (last !== undefined) this.#below = reservationWords(last.id);
  }
}
