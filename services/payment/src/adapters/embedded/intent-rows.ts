import {
  amountMinor,
  CountedInterner,
  epochMs,
  formatId,
  Interner,
  LimitReached,
  readKey,
  RowStore,
  writeKey,
  type IdWords,
  type Limits,
} from '@traffic-tacos/kernel';
import { INTENT_STATUSES, type IntentStatus } from '../../domain/intent-states.ts';
import { PAYMENT_METHODS, REFUND_REASONS, type Intent } from '../../domain/intent.ts';
import { DRAWN_RESULTS, SCENARIOS } from '../../domain/scenario.ts';
import {
  codeOf,
  codeOrNone,
  currencyNumber,
  currencyOfNumber,
  instantOrNone,
  intentWords,
  reservationWords,
  traceText,
  traceWords,
  wordAt,
  wordOrNone,
} from './intent-codec.ts';

/** Where each column of a row begins, in bytes. Rows name each other by row + 1, so that a zeroed row names none. */
export const AT = {
  id: 0,
  reservation: 16,
  trace: 32,
  amountMinor: 48,
  createdAtMs: 56,
  settleAtMs: 64,
  expiresAtMs: 72,
  changedAtMs: 80,
  refundedMinor: 88,
  lastRefundMinor: 96,
  version: 104,
  user: 108,
  event: 112,
  currency: 116,
  olderOfUser: 120,
  olderOfReservation: 124,
  sequence: 128,
  status: 132,
  scenario: 133,
  method: 134,
  result: 135,
  refundReason: 136,
  factsAdded: 137,
  newerOfUser: 140,
  receiver: 144,
} as const;

/** Columns that name the next row of a list. */
export type Link = typeof AT.olderOfUser | typeof AT.newerOfUser | typeof AT.olderOfReservation;

const BYTES_PER_ROW = 152;

/** The rows of intents and their meaning: 152 bytes each, outside the JavaScript heap; users, events and receivers are interned. */
export class IntentRows {
  readonly store: RowStore;
  readonly limit: number;
  /** Those who have an intent in memory. */
  readonly #users: CountedInterner;
  readonly #events: Interner;
  /** Addresses of receivers that intents in memory name. */
  readonly #receivers: CountedInterner;

  constructor(limits: Limits) {
    this.limit = limits.paymentIntentRows;
    // What comes back from the history to be changed, and what recovery meets before the history had it, finds room beyond the limit.
    this.store = new RowStore(BYTES_PER_ROW, limits.paymentIntentRows * 2);
    this.#users = new CountedInterner(limits.users);
    this.#events = new Interner(limits.events);
    this.#receivers = new CountedInterner(limits.webhookReceivers);
  }

  /** Refuses before anything is decided when another intent would not fit. */
  assertRoom(userId: string, eventId: string, webhookUrl: string | undefined): void {
    if (this.store.live >= this.limit) throw new LimitReached('payment intents: paymentIntentRows');
    if (this.#users.isFull && this.#users.find(userId) === 0) throw new LimitReached('payment intents: users');
    if (this.#events.isFull && this.#events.find(eventId) === 0) throw new LimitReached('payment intents: events');
    if (webhookUrl !== undefined && this.#receivers.isFull && this.#receivers.find(webhookUrl) === 0) throw new LimitReached('payment webhook receivers: webhookReceivers');
  }

  /** The number of a known user, 0 for one who has no intent. */
  userNumber(userId: string): number {
    return this.#users.find(userId);
  }

  userNumberAt(row: number): number {
    return this.#u32(row, AT.user);
  }

  /** Gives the row back. */
  free(row: number): void {
    this.#users.release(this.userNumberAt(row));
    const receiver = this.#u32(row, AT.receiver);
    if (receiver !== 0) this.#receivers.release(receiver);
    this.store.free(row);
  }

  idAt(row: number): IdWords {
    return readKey(this.store.view(row), this.store.offset(row) + AT.id);
  }

  reservationAt(row: number): IdWords {
    return readKey(this.store.view(row), this.store.offset(row) + AT.reservation);
  }

  versionAt(row: number): number {
    return this.#u32(row, AT.version);
  }

  statusAt(row: number): IntentStatus {
    return wordAt(INTENT_STATUSES, this.store.view(row).getUint8(this.store.offset(row) + AT.status));
  }

  changedAtMs(row: number): number {
    return this.store.view(row).getFloat64(this.store.offset(row) + AT.changedAtMs, true);
  }

  /** The next row of a list, or `NO_ROW`. */
  olderAt(row: number, column: Link): number {
    return this.#u32(row, column) - 1;
  }

  setOlder(row: number, column: Link, older: number): void {
    this.store.view(row).setUint32(this.store.offset(row) + column, older + 1, true);
  }

  /** Writes the columns that never change into a new row. */
  writeFirst(row: number, intent: Intent): void {
    const view = this.store.view(row);
    const at = this.store.offset(row);
    writeKey(view, at + AT.id, intentWords(intent.id));
    writeKey(view, at + AT.reservation, reservationWords(intent.reservationId));
    writeKey(view, at + AT.trace, traceWords(intent.traceId));
    view.setFloat64(at + AT.amountMinor, intent.amountMinor, true);
    view.setFloat64(at + AT.createdAtMs, intent.createdAtMs, true);
    view.setFloat64(at + AT.expiresAtMs, intent.expiresAtMs, true);
    view.setUint32(at + AT.user, this.#users.take(intent.userId), true);
    view.setUint32(at + AT.event, this.#events.intern(intent.eventId), true);
    view.setUint32(at + AT.currency, currencyNumber(intent.currency), true);
    view.setUint32(at + AT.receiver, intent.webhookUrl === undefined ? 0 : this.#receivers.take(intent.webhookUrl), true);
    view.setUint8(at + AT.scenario, codeOf(SCENARIOS, intent.scenario));
    view.setUint8(at + AT.method, codeOrNone(PAYMENT_METHODS, intent.method));
    view.setUint8(at + AT.result, codeOf(DRAWN_RESULTS, intent.result));
  }

  /** Writes the columns that a change may move. */
  writeChange(row: number, intent: Intent): void {
    const view = this.store.view(row);
    const at = this.store.offset(row);
    view.setFloat64(at + AT.settleAtMs, intent.settleAtMs ?? 0, true);
    view.setFloat64(at + AT.changedAtMs, intent.changedAtMs, true);
    view.setFloat64(at + AT.refundedMinor, intent.refundedMinor, true);
    view.setFloat64(at + AT.lastRefundMinor, intent.lastRefundMinor, true);
    view.setUint32(at + AT.version, intent.version, true);
    view.setUint32(at + AT.sequence, intent.sequence, true);
    view.setUint8(at + AT.status, codeOf(INTENT_STATUSES, intent.status));
    view.setUint8(at + AT.refundReason, codeOrNone(REFUND_REASONS, intent.refundReason));
    view.setUint8(at + AT.factsAdded, intent.factsAdded);
  }

  read(row: number): Intent {
    const view = this.store.view(row);
    const at = this.store.offset(row);
    const receiver = view.getUint32(at + AT.receiver, true);
    return {
      id: formatId('pay', readKey(view, at + AT.id)),
      version: view.getUint32(at + AT.version, true),
      reservationId: formatId('rsv', readKey(view, at + AT.reservation)),
      eventId: this.#events.textOf(view.getUint32(at + AT.event, true)),
      userId: this.#users.textOf(view.getUint32(at + AT.user, true)),
      traceId: traceText(readKey(view, at + AT.trace)),
      amountMinor: amountMinor(view.getFloat64(at + AT.amountMinor, true)),
      currency: currencyOfNumber(view.getUint32(at + AT.currency, true)),
      scenario: wordAt(SCENARIOS, view.getUint8(at + AT.scenario)),
      method: wordOrNone(PAYMENT_METHODS, view.getUint8(at + AT.method)),
      status: wordAt(INTENT_STATUSES, view.getUint8(at + AT.status)),
      result: wordAt(DRAWN_RESULTS, view.getUint8(at + AT.result)),
      createdAtMs: epochMs(view.getFloat64(at + AT.createdAtMs, true)),
      settleAtMs: instantOrNone(view.getFloat64(at + AT.settleAtMs, true)),
      expiresAtMs: epochMs(view.getFloat64(at + AT.expiresAtMs, true)),
      changedAtMs: epochMs(view.getFloat64(at + AT.changedAtMs, true)),
      refundedMinor: amountMinor(view.getFloat64(at + AT.refundedMinor, true)),
      lastRefundMinor: amountMinor(view.getFloat64(at + AT.lastRefundMinor, true)),
      refundReason: wordOrNone(REFUND_REASONS, view.getUint8(at + AT.refundReason)),
      sequence: view.getUint32(at + AT.sequence, true),
      factsAdded: view.getUint8(at + AT.factsAdded),
      webhookUrl: receiver === 0 ? undefined : this.#receivers.textOf(receiver),
    };
  }

  #u32(row: number, column: number): number {
    return this.store.view(row).getUint32(this.store.offset(row) + column, true);
  }
}
