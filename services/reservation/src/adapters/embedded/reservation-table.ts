import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import {
  amountMinor,
  count,
  durationMs,
  epochMs,
  ExpiryQueue,
  formatId,
  IdIndex,
  Interner,
  isAfterWords,
  LimitReached,
  NO_ROW,
  parseId,
  present,
  readKey,
  RowStore,
  RowTexts,
  writeKey,
  type CurrencyCode,
  type EpochMs,
  type IdWords,
  type Limits,
  type PaymentIntentId,
  type ReservationId,
} from '@traffic-tacos/kernel';
import { isCommitting, type FailureReason, type Reservation, type ReservationStatus } from '../../domain/reservation.ts';

const STATUSES: readonly ReservationStatus[] = ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'];
const FAILURES: readonly (FailureReason | undefined)[] = [undefined, 'FAILED_PAYMENT', 'SEATS_GONE'];

/** Where each column of a row begins, in bytes. The id stands first, where `IdIndex` looks for it. */
const AT = {
  id: 0,
  version: 16,
  status: 20,
  failure: 21,
  quantity: 22,
  user: 24,
  event: 28,
  section: 32,
  currency: 36,
  createdAtMs: 40,
  updatedAtMs: 48,
  holdExpiresAtMs: 56,
  totalMinor: 64,
  extendedByMs: 72,
  sequence: 76,
  paymentIntentId: 80,
  olderOfUser: 96,
  seats: 100,
} as const;
const BYTES_PER_ROW = 168;
/** Event, section and currency. */
const TEXTS_PER_RESERVATION = 3;

const NO_ID: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };

/**
 * Reservations in memory: a row of 168 bytes each, an index by id, a list per user, and a queue of holds by expiry. Texts that repeat
 * (users, events, sections, currencies) are interned; the names of the seats stand in the row, where they fit.
 */
export class ReservationTable implements RecordTable<Reservation> {
  readonly recordType = 10;
  readonly name = 'reservation';
  readonly layoutVersion = 1;

  readonly #rows: RowStore;
  readonly #index: IdIndex;
  readonly #due = new ExpiryQueue();
  readonly #users: Interner;
  readonly #texts: Interner;
  readonly #seatNames: RowTexts;
  readonly #newestOfUser: number[] = [];

  constructor(limits: Limits) {
    this.#rows = new RowStore(BYTES_PER_ROW, limits.reservationRows);
    this.#index = new IdIndex(this.#rows, AT.id);
    this.#seatNames = new RowTexts(this.#rows, AT.seats, BYTES_PER_ROW - AT.seats);
    this.#users = new Interner(limits.users);
    // Sections, events and currencies: as many as catalogues name, and a few rows of them beside many reservations.
    this.#texts = new Interner(limits.events * limits.sectionsPerEvent);
  }

  get size(): number {
    return this.#rows.live;
  }

  /** Refuses before anything is decided when another reservation of this user would not fit. */
  assertRoom(userId: string): void {
    if (this.#rows.isFull) throw new LimitReached('reservations: reservationRows');
    if (this.#users.isFull && this.#users.find(userId) === 0) throw new LimitReached('reservations: users');
    if (this.#texts.room < TEXTS_PER_RESERVATION) throw new LimitReached('reservations: distinct events and sections');
  }

  read(id: ReservationId): Reservation | undefined {
    const row = this.#rowOf(id);
    return row === NO_ROW ? undefined : this.#reservationAt(row);
  }

  /** The reservation whose id has these words. */
  byWords(key: IdWords): Reservation | undefined {
    const row = this.#index.find(key);
    return row === NO_ROW ? undefined : this.#reservationAt(row);
  }

  /** Visits the user's reservations, newest first, from the one after `after`, until `visit` answers false. */
  visitOfUser(userId: string, after: string | undefined, visit: (reservation: Reservation) => boolean): void {
    const user = this.#users.find(userId);
    let row = after === undefined ? (this.#newestOfUser[user] ?? 0) - 1 : this.#olderThan(after, user);
    while (row !== NO_ROW && visit(this.#reservationAt(row))) row = this.#older(row);
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
      const view = this.#rows.view(row);
      const at = this.#rows.offset(row);
      if (view.getUint8(at + AT.status) !== 0) continue;
      if (view.getFloat64(at + AT.holdExpiresAtMs, true) > nowMs) continue;
      due.push(formatId('rsv', readKey(view, at)));
    }
    return due;
  }

  /** The reservations whose seats were being committed when this was last written. Looks at every row: for the start. */
  committing(): readonly Reservation[] {
    const found: Reservation[] = [];
    for (let row = 0; row < this.#rows.highWater; row++) {
      if (this.#versionAt(row) === 0 || !this.#namesIntent(row)) continue;
      const reservation = this.#reservationAt(row);
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
    writer.id(present(parseId('rsv', record.id), 'reservation id'));
    writer.u32(record.version);
    writer.u8(STATUSES.indexOf(record.status));
    writer.u8(FAILURES.indexOf(record.failure));
    writer.u16(record.quantity);
    writer.text(record.userId);
    writer.text(record.eventId);
    writer.text(record.section ?? '');
    writer.text(record.currency);
    writer.u53(record.totalMinor);
    writer.u53(record.createdAtMs);
    writer.u53(record.updatedAtMs);
    writer.u53(record.holdExpiresAtMs);
    writer.u32(record.extendedByMs);
    writer.u32(record.sequence);
    writer.id(record.paymentIntentId === undefined ? NO_ID : present(parseId('pay', record.paymentIntentId), 'intent id'));
    writer.u16(record.seatIds.length);
    for (const seatId of record.seatIds) writer.text(seatId);
  }

  decode(_layoutVersion: number, reader: ByteReader): Reservation {
    const id = formatId('rsv', reader.id());
    const version = reader.u32();
    const status = present(STATUSES[reader.u8()], 'status');
    const failure = FAILURES[reader.u8()];
    const quantity = count(reader.u16());
    const userId = reader.text();
    const eventId = reader.text();
    const section = reader.text();
    const currency = reader.text() as CurrencyCode;
    const totalMinor = amountMinor(reader.u53());
    const createdAtMs = epochMs(reader.u53());
    const updatedAtMs = epochMs(reader.u53());
    const holdExpiresAtMs = epochMs(reader.u53());
    const extendedByMs = durationMs(reader.u32());
    const sequence = reader.u32();
    const paymentIntentId = intentIdOf(reader.id());
    const seatIds = Array.from({ length: reader.u16() }, () => reader.text());
    return {
      id, version, status, failure, quantity, userId, eventId, section: section === '' ? undefined : section, currency, totalMinor,
      createdAtMs, updatedAtMs, holdExpiresAtMs, extendedByMs, sequence, paymentIntentId, seatIds,
    };
  }

  isNext(record: Reservation): boolean {
    return this.#versionAt(this.#rowOf(record.id)) === record.version - 1;
  }

  apply(record: Reservation): void {
    const key = present(parseId('rsv', record.id), 'reservation id');
    const row = this.#index.find(key);
    if (row === NO_ROW) {
      this.#insert(key, record, true);
      return;
    }
    const before = this.#rows.view(row).getFloat64(this.#rows.offset(row) + AT.holdExpiresAtMs, true);
    this.#write(row, record);
    if (record.status === 'HOLD' && record.holdExpiresAtMs !== before) this.#due.push(record.holdExpiresAtMs, row);
  }

  restore(record: Reservation): void {
    const key = present(parseId('rsv', record.id), 'reservation id');
    const row = this.#index.find(key);
    if (row === NO_ROW) this.#insert(key, record, false);
    else if (this.#versionAt(row) < record.version) this.#write(row, record);
  }

  rebuild(): void {
    for (let row = 0; row < this.#rows.highWater; row++) {
      const view = this.#rows.view(row);
      const at = this.#rows.offset(row);
      if (view.getUint32(at + AT.version, true) === 0) continue;
      this.#linkToUser(view.getUint32(at + AT.user, true), row);
      if (view.getUint8(at + AT.status) === 0) this.#due.push(epochMs(view.getFloat64(at + AT.holdExpiresAtMs, true)), row);
    }
  }

  scan(cursor: number, budget: number, visit: (record: Reservation) => void): number {
    const end = Math.min(cursor + budget, this.#rows.highWater);
    for (let row = cursor; row < end; row++) {
      if (this.#versionAt(row) > 0) visit(this.#reservationAt(row));
    }
    return end === this.#rows.highWater ? -1 : end;
  }

  #rowOf(id: string): number {
    const key = parseId('rsv', id);
    return key === undefined ? NO_ROW : this.#index.find(key);
  }

  #namesIntent(row: number): boolean {
    return this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.paymentIntentId) !== 0;
  }

  #versionAt(row: number): number {
    return row === NO_ROW ? 0 : this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.version, true);
  }

  #insert(key: IdWords, record: Reservation, isLive: boolean): void {
    const row = this.#rows.allocate();
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    const user = this.#users.intern(record.userId);
    writeKey(view, at + AT.id, key);
    view.setUint32(at + AT.user, user, true);
    view.setUint32(at + AT.event, this.#texts.intern(record.eventId), true);
    view.setUint32(at + AT.section, record.section === undefined ? 0 : this.#texts.intern(record.section), true);
    view.setUint32(at + AT.currency, this.#texts.intern(record.currency), true);
    view.setUint16(at + AT.quantity, record.quantity, true);
    view.setFloat64(at + AT.totalMinor, record.totalMinor, true);
    view.setFloat64(at + AT.createdAtMs, record.createdAtMs, true);
    this.#seatNames.write(row, record.seatIds);
    this.#write(row, record);
    this.#index.insert(key, row);
    if (!isLive) return;
    this.#linkToUser(user, row);
    this.#due.push(record.holdExpiresAtMs, row);
  }

  /** The columns that a change may move. */
  #write(row: number, record: Reservation): void {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    view.setUint32(at + AT.version, record.version, true);
    view.setUint8(at + AT.status, STATUSES.indexOf(record.status));
    view.setUint8(at + AT.failure, FAILURES.indexOf(record.failure));
    view.setFloat64(at + AT.updatedAtMs, record.updatedAtMs, true);
    view.setFloat64(at + AT.holdExpiresAtMs, record.holdExpiresAtMs, true);
    view.setUint32(at + AT.extendedByMs, record.extendedByMs, true);
    view.setUint32(at + AT.sequence, record.sequence, true);
    const { paymentIntentId } = record;
    writeKey(view, at + AT.paymentIntentId, paymentIntentId === undefined ? NO_ID : present(parseId('pay', paymentIntentId), 'intent id'));
  }

  /** Puts the row into its user's list, which is ordered by id: almost always it is the newest. */
  #linkToUser(user: number, row: number): void {
    while (this.#newestOfUser.length <= user) this.#newestOfUser.push(0);
    let newer = NO_ROW;
    let older = (this.#newestOfUser[user] ?? 0) - 1;
    while (older !== NO_ROW && this.#isNewer(older, row)) {
      newer = older;
      older = this.#older(older);
    }
    this.#setOlder(row, older);
    if (newer === NO_ROW) this.#newestOfUser[user] = row + 1;
    else this.#setOlder(newer, row);
  }

  /** The user's newest row whose id is below the given one, which need not be there. */
  #olderThan(id: string, user: number): number {
    const cursor = this.#rowOf(id);
    if (cursor !== NO_ROW && this.#rows.view(cursor).getUint32(this.#rows.offset(cursor) + AT.user, true) === user) return this.#older(cursor);
    let row = (this.#newestOfUser[user] ?? 0) - 1;
    while (row !== NO_ROW && formatId('rsv', this.#keyOf(row)) >= id) row = this.#older(row);
    return row;
  }

  #older(row: number): number {
    return this.#rows.view(row).getUint32(this.#rows.offset(row) + AT.olderOfUser, true) - 1;
  }

  #setOlder(row: number, older: number): void {
    this.#rows.view(row).setUint32(this.#rows.offset(row) + AT.olderOfUser, older + 1, true);
  }

  #keyOf(row: number): IdWords {
    return readKey(this.#rows.view(row), this.#rows.offset(row) + AT.id);
  }

  #isNewer(row: number, other: number): boolean {
    return isAfterWords(this.#keyOf(row), this.#keyOf(other));
  }

  #reservationAt(row: number): Reservation {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    const section = view.getUint32(at + AT.section, true);
    return {
      id: formatId('rsv', readKey(view, at + AT.id)),
      version: view.getUint32(at + AT.version, true),
      eventId: this.#texts.textOf(view.getUint32(at + AT.event, true)),
      userId: this.#users.textOf(view.getUint32(at + AT.user, true)),
      status: present(STATUSES[view.getUint8(at + AT.status)], 'status'),
      failure: FAILURES[view.getUint8(at + AT.failure)],
      section: section === 0 ? undefined : this.#texts.textOf(section),
      seatIds: this.#seatNames.read(row),
      quantity: count(view.getUint16(at + AT.quantity, true)),
      totalMinor: amountMinor(view.getFloat64(at + AT.totalMinor, true)),
      currency: this.#texts.textOf(view.getUint32(at + AT.currency, true)) as CurrencyCode,
      createdAtMs: epochMs(view.getFloat64(at + AT.createdAtMs, true)),
      updatedAtMs: epochMs(view.getFloat64(at + AT.updatedAtMs, true)),
      holdExpiresAtMs: epochMs(view.getFloat64(at + AT.holdExpiresAtMs, true)),
      extendedByMs: durationMs(view.getUint32(at + AT.extendedByMs, true)),
      paymentIntentId: intentIdOf(readKey(view, at + AT.paymentIntentId)),
      sequence: view.getUint32(at + AT.sequence, true),
    };
  }
}

const intentIdOf = (words: IdWords): PaymentIntentId | undefined =>
  words.w0 === 0 && words.w1 === 0 ? undefined : formatId('pay', words);
