import { withPrefix, type EpochMs } from '@traffic-tacos/kernel';
import { statusAt, type Order, type Reservation } from '@traffic-tacos/reservation';
import { checkHold } from '../audit/audit-platform.ts';
import type { Finding } from '../audit/breach.ts';
import { checkIntent, checkOrder } from '../audit/check-payment.ts';
import { checkReservation } from '../audit/check-reservation.ts';
import type { DifferenceKind } from '../audit/difference.ts';
import type { HoldFacts, IntentFacts, KnownIntent, KnownRecords } from '../audit/known.ts';

/** What stands for an invariant where no invariant is broken yet: somebody's timer has not come. */
export const TIMER = 'timer';

/**
 * The checks of the audit for one record and its neighbours, as they are known; and whether a record has outlived its instant without anybody
 * having written that down.
 */
export class Records {
  readonly known: KnownRecords;
  readonly #endsOnFailure: boolean;

  constructor(known: KnownRecords, failedPolicy: 'keep' | 'release') {
    this.known = known;
    this.#endsOnFailure = failedPolicy === 'release';
  }

  /** Everything about whatever has that id; nothing about what is no record. */
  findings(subject: string, nowMs: EpochMs): readonly Finding[] {
    const { known } = this;
    const hold = known.hold(subject);
    const reservation = known.reservation(subject);
    const order = known.order(subject);
    const intent = known.intent(subject);
    const itsOrder = intent === undefined ? undefined : known.order(withPrefix('ord', intent.now.reservationId));
    return [
      ...(hold === undefined ? [] : this.ofHold(hold, nowMs)),
      ...(reservation === undefined ? [] : this.ofReservation(reservation, nowMs)),
      ...(order === undefined ? [] : this.ofOrder(order)),
      ...(intent === undefined ? [] : this.ofIntent(intent, nowMs)),
      ...(itsOrder === undefined ? [] : this.ofOrder(itsOrder)),
    ];
  }

  ofHold(hold: HoldFacts, nowMs: EpochMs): readonly Finding[] {
    const hasReservation = this.known.hasReservation(hold.reservationId);
    return hasReservation ? checkHold(hold, true) : [...checkHold(hold, false), ...overdueHold(hold, nowMs)];
  }

  ofReservation(reservation: Reservation, nowMs: EpochMs): readonly Finding[] {
    const { id, status, holdExpiresAtMs } = reservation;
    const hold = this.known.hold(id);
    const findings = checkReservation(reservation, hold, this.known.order(withPrefix('ord', id)), nowMs);
    const isOverdue = status === 'HOLD' && statusAt(reservation, nowMs) === 'EXPIRED' && (hold?.state === 'held' || hold?.state === 'expired');
    return isOverdue ? [...findings, overdue('expiry_overdue', id, 'is over, and still on record as HOLD', holdExpiresAtMs)] : findings;
  }

  ofOrder(order: Order): readonly Finding[] {
    return checkOrder(order, this.known.reservation(withPrefix('rsv', order.id)), this.known.intent(order.paymentIntentId)?.now);
  }

  ofIntent({ now, recorded }: KnownIntent, nowMs: EpochMs): readonly Finding[] {
    const order = this.known.order(withPrefix('ord', now.reservationId));
    const findings = [...checkIntent(now, order)];
    if (now.status !== recorded) findings.push(overdue('settlement_overdue', now.id, `is ${now.status}, and still on record as ${recorded}`, now.changedAtMs));
    if (this.#endsOnFailure && now.status === 'FAILED' && order === undefined) findings.push(...this.#ofFailure(now, nowMs));
    return findings;
  }

  #ofFailure({ id, reservationId, changedAtMs }: IntentFacts, nowMs: EpochMs): readonly Finding[] {
    const reservation = this.known.reservation(reservationId);
    if (reservation === undefined || statusAt(reservation, nowMs) !== 'HOLD') return [];
    return [overdue('failure_not_followed', id, 'has failed, and its hold is live', changedAtMs)];
  }
}

/** Of a hold that no reservation is there to end with. */
export const overdueHold = ({ reservationId, state, expiresAtMs }: Pick<HoldFacts, 'reservationId' | 'state' | 'expiresAtMs'>, nowMs: EpochMs): readonly Finding[] =>
  state !== 'held' || expiresAtMs > nowMs ? [] : [overdue('expiry_overdue', reservationId, 'its hold is over, and still on record as held', expiresAtMs)];

const overdue = (kind: DifferenceKind, subject: string, detail: string, sinceMs: EpochMs): Finding => ({ kind, invariant: TIMER, subject, detail, sinceMs });
