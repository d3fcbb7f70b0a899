import { storedHold, type Hold } from '@traffic-tacos/inventory';
import { parseId, withPrefix, type EpochMs, type PaymentIntentId } from '@traffic-tacos/kernel';
import { intentAt, type Intent } from '@traffic-tacos/payment';
import { statusAt, type Order, type Reservation } from '@traffic-tacos/reservation';
import { checkHold } from '../audit/audit-platform.ts';
import type { Finding } from '../audit/breach.ts';
import { checkIntent, checkOrder } from '../audit/check-payment.ts';
import { checkReservation } from '../audit/check-reservation.ts';
import type { DifferenceKind } from '../audit/difference.ts';
import type { PlatformTables } from '../tables.ts';

/** What stands for an invariant where no invariant is broken yet: somebody's timer has not come. */
export const TIMER = 'timer';

/**
 * The checks of the audit for one record and its neighbours, as they stand in this very turn; and whether a record has outlived its instant
 * without anybody having written that down.
 */
export class Records {
  readonly #tables: PlatformTables;
  readonly #endsOnFailure: boolean;

  constructor(tables: PlatformTables, failedPolicy: 'keep' | 'release') {
    this.#tables = tables;
    this.#endsOnFailure = failedPolicy === 'release';
  }

  hold(reservationId: string): Hold | undefined {
    const key = parseId('rsv', reservationId);
    const record = key === undefined ? undefined : this.#tables.inventory.holds.find(key);
    return record === undefined ? undefined : storedHold(this.#tables.inventory, record);
  }

  reservation(id: string): Reservation | undefined {
    return this.#tables.reservation.reservations.read(id as Reservation['id']);
  }

  order(id: string): Order | undefined {
    return this.#tables.reservation.orders.read(id);
  }

  intent(id: string): Intent | undefined {
    return this.#tables.payment.intents.find(id as PaymentIntentId);
  }

  /** Everything about whatever has that id; nothing about what is no record. */
  findings(subject: string, nowMs: EpochMs): readonly Finding[] {
    const hold = this.hold(subject);
    const reservation = this.reservation(subject);
    const order = this.order(subject);
    const intent = this.intent(subject);
    const itsOrder = intent === undefined ? undefined : this.order(withPrefix('ord', intent.reservationId));
    return [
      ...(hold === undefined ? [] : this.ofHold(hold, nowMs)),
      ...(reservation === undefined ? [] : this.ofReservation(reservation, nowMs)),
      ...(order === undefined ? [] : this.ofOrder(order, nowMs)),
      ...(intent === undefined ? [] : this.ofIntent(intent, nowMs)),
      ...(itsOrder === undefined ? [] : this.ofOrder(itsOrder, nowMs)),
    ];
  }

  ofHold(hold: Hold, nowMs: EpochMs): readonly Finding[] {
    const hasReservation = this.#tables.reservation.reservations.knows(hold.reservationId as Reservation['id']);
    if (hasReservation || hold.state !== 'held' || hold.expiresAtMs > nowMs) return checkHold(hold, hasReservation);
    return [...checkHold(hold, false), overdue('expiry_overdue', hold.reservationId, 'its hold is over, and still on record as held', hold.expiresAtMs)];
  }

  ofReservation(reservation: Reservation, nowMs: EpochMs): readonly Finding[] {
    const { id, status, holdExpiresAtMs } = reservation;
    const hold = this.hold(id);
    const findings = checkReservation(reservation, hold, this.order(withPrefix('ord', id)), nowMs);
    const isOverdue = status === 'HOLD' && statusAt(reservation, nowMs) === 'EXPIRED' && (hold?.state === 'held' || hold?.state === 'expired');
    return isOverdue ? [...findings, overdue('expiry_overdue', id, 'is over, and still on record as HOLD', holdExpiresAtMs)] : findings;
  }

  ofOrder(order: Order, nowMs: EpochMs): readonly Finding[] {
    const intent = this.intent(order.paymentIntentId);
    return checkOrder(order, this.reservation(withPrefix('rsv', order.id)), intent === undefined ? undefined : intentAt(intent, nowMs));
  }

  /** `recorded` as it is written; what it is by now follows from that. */
  ofIntent(recorded: Intent, nowMs: EpochMs): readonly Finding[] {
    const intent = intentAt(recorded, nowMs);
    const order = this.order(withPrefix('ord', intent.reservationId));
    const findings = [...checkIntent(intent, order)];
    if (intent !== recorded) findings.push(overdue('settlement_overdue', intent.id, `is ${intent.status}, and still on record as ${recorded.status}`, intent.changedAtMs));
    if (this.#endsOnFailure && intent.status === 'FAILED' && order === undefined) findings.push(...this.#ofFailure(intent, nowMs));
    return findings;
  }

  #ofFailure({ id, reservationId, changedAtMs }: Intent, nowMs: EpochMs): readonly Finding[] {
    const reservation = this.reservation(reservationId);
    if (reservation === undefined || statusAt(reservation, nowMs) !== 'HOLD') return [];
    return [overdue('failure_not_followed', id, 'has failed, and its hold is live', changedAtMs)];
  }
}

const overdue = (kind: DifferenceKind, subject: string, detail: string, sinceMs: EpochMs): Finding => ({ kind, invariant: TIMER, subject, detail, sinceMs });
