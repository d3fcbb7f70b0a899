import {
  amountMinor, count, CountedInterner, durationMs, epochMs, formatId, Interner, LimitReached, NO_ROW, parseId, present, readKey, RowStore, RowTexts, writeKey,
  type CurrencyCode, type EpochMs, type IdWords, type Limits,
} from '@traffic-tacos/kernel';
import type { Reservation } from '../../domain/reservation.ts';
import { FAILURES, intentIdOf, NO_ID, STATUSES } from './reservation-codec.ts';

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
  newerOfUser: 100,
  seats: 104,
} as const;
const BYTES_PER_ROW = 176;
/** Event, section and currency. */
const TEXTS_PER_RESERVATION = 3;
const HOLD = STATUSES.indexOf('HOLD');
const SEATS_GONE = FAILURES.indexOf('SEATS_GONE');
const MAY_BE_COMMITTING = [STATUSES.indexOf('EXPIRED'), STATUSES.indexOf('FAILED')];

/**
 * The rows of reservations, 176 bytes each: facts, and the links of each user's list. Texts that repeat (users, events, sections,
 * currencies) are interned; the names of the seats stand in the row, where they fit.
 */
export class ReservationRows {
  readonly store: RowStore;
  readonly limit: number;
  /** Those who have a reservation in memory. */
  readonly users: CountedInterner;
  readonly #texts: Interner;
  readonly #seatNames: RowTexts;

  constructor(limits: Limits) {
    this.limit = limits.reservationRows;
    // What comes back from the history to be changed, and what recovery meets before the history had it, finds room beyond the limit.
    this.store = new RowStore(BYTES_PER_ROW, limits.reservationRows * 2);
    this.#seatNames = new RowTexts(this.store, AT.seats, BYTES_PER_ROW - AT.seats);
    this.users = new CountedInterner(limits.users);
    // Sections, events and currencies: as many as catalogues name, and a few rows of them beside many reservations.
    this.#texts = new Interner(limits.events * limits.sectionsPerEvent);
  }

  /** Refuses before anything is decided when another reservation of this user would not fit. */
  assertRoom(userId: string): void {
    if (this.store.live >= this.limit) throw new LimitReached('reservations: reservationRows');
    if (this.users.isFull && this.users.find(userId) === 0) throw new LimitReached('reservations: users');
    if (this.#texts.room < TEXTS_PER_RESERVATION) throw new LimitReached('reservations: distinct events and sections');
  }

  writeFirst(row: number, key: IdWords, record: Reservation): void {
    const view = this.store.view(row);
    const at = this.store.offset(row);
    writeKey(view, at + AT.id, key);
    view.setUint32(at + AT.user, this.users.take(record.userId), true);
    view.setUint32(at + AT.event, this.#texts.intern(record.eventId), true);
    view.setUint32(at + AT.section, record.section === undefined ? 0 : this.#texts.intern(record.section), true);
    view.setUint32(at + AT.currency, this.#texts.intern(record.currency), true);
    view.setUint16(at + AT.quantity, record.quantity, true);
    view.setFloat64(at + AT.totalMinor, record.totalMinor, true);
    view.setFloat64(at + AT.createdAtMs, record.createdAtMs, true);
    this.#seatNames.write(row, record.seatIds);
    this.writeChange(row, record);
  }

  /** The columns that a change may move. */
  writeChange(row: number, record: Reservation): void {
    const view = this.store.view(row);
    const at = this.store.offset(row);
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

  read(row: number): Reservation {
    const view = this.store.view(row);
    const at = this.store.offset(row);
    const section = view.getUint32(at + AT.section, true);
    return {
      id: formatId('rsv', readKey(view, at + AT.id)),
      version: view.getUint32(at + AT.version, true),
      eventId: this.#texts.textOf(view.getUint32(at + AT.event, true)),
      userId: this.users.textOf(view.getUint32(at + AT.user, true)),
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

  free(row: number): void {
    this.users.release(this.userAt(row));
    this.#seatNames.free(row);
    this.store.free(row);
  }

  keyAt(row: number): IdWords {
    return readKey(this.store.view(row), this.store.offset(row) + AT.id);
  }

  /** 0 for a row that is not used, and for none. */
  versionAt(row: number): number {
    return row === NO_ROW ? 0 : this.#u32(row, AT.version);
  }

  userAt(row: number): number {
    return this.#u32(row, AT.user);
  }

  /** Whether the row holds a reservation that is recorded as held. */
  isHold(row: number): boolean {
    return this.versionAt(row) > 0 && this.#status(row) === HOLD;
  }

  /** Whether nothing happens to the reservation any more by itself; see the shape. */
  hasEnded(row: number): boolean {
    const status = this.#status(row);
    const isCommitting = this.namesIntent(row) && MAY_BE_COMMITTING.includes(status) && this.#failure(row) !== SEATS_GONE;
    return this.versionAt(row) > 0 && status !== HOLD && !isCommitting;
  }

  namesIntent(row: number): boolean {
    return this.#u32(row, AT.paymentIntentId) !== 0;
  }

  holdExpiresAtMs(row: number): EpochMs {
    return this.#f64(row, AT.holdExpiresAtMs);
  }

  updatedAtMs(row: number): EpochMs {
    return this.#f64(row, AT.updatedAtMs);
  }

  olderOf(row: number): number {
    return this.#u32(row, AT.olderOfUser) - 1;
  }

  newerOf(row: number): number {
    return this.#u32(row, AT.newerOfUser) - 1;
  }

  setOlder(row: number, older: number): void {
    this.store.view(row).setUint32(this.store.offset(row) + AT.olderOfUser, older + 1, true);
  }

  setNewer(row: number, newer: number): void {
    this.store.view(row).setUint32(this.store.offset(row) + AT.newerOfUser, newer + 1, true);
  }

  #status(row: number): number {
    return this.store.view(row).getUint8(this.store.offset(row) + AT.status);
  }

  #failure(row: number): number {
    return this.store.view(row).getUint8(this.store.offset(row) + AT.failure);
  }

  #u32(row: number, column: number): number {
    return this.store.view(row).getUint32(this.store.offset(row) + column, true);
  }

  #f64(row: number, column: number): EpochMs {
    return epochMs(this.store.view(row).getFloat64(this.store.offset(row) + column, true));
  }
}
