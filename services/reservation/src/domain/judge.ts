import type { AmountMinor, DurationMs, EpochMs, PaymentIntentId, ReservationId, UserId } from '@traffic-tacos/kernel';
import { isCommitting, isGivenBack, isHoldOver, statusAt, type Reservation } from './reservation.ts';

/** What the reservation needs to know of a payment, as re-read at the decision. */
export interface IntentFacts {
  readonly id: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly userId: UserId;
  /** Whether the money has been captured and not all of it went back. */
  readonly isCaptured: boolean;
  /** Whether all of it was captured and went back. */
  readonly isRefunded: boolean;
  /** Whether a refund of it, in another process, has been decided on and is not answered yet. */
  readonly isGoingBack?: boolean;
  /** Whether the payment was refused. */
  readonly isFailed: boolean;
  /** What it is to pay; once captured, what is still there of it: a payment of which a part went back does not pay the total. */
  readonly amountMinor: AmountMinor;
  readonly currency: string;
}

/** What a confirm leads to, before the seats are asked. Refusals stand in their order of precedence: state, then payment. */
export type ConfirmJudgement =
  /** `giveBack`: the payment has gone back while the seats were being committed for it, so what is sold is to be returned at once. */
  | { readonly kind: 'commit'; readonly reacquire: boolean; readonly giveBack: boolean }
  | { readonly kind: 'already_confirmed_with_this_payment' }
  | { readonly kind: 'already_confirmed'; readonly refund: boolean }
  | { readonly kind: 'already_cancelled'; readonly refund: boolean }
  | { readonly kind: 'reservation_expired'; readonly refund: boolean }
  | { readonly kind: 'payment_not_approved' }
  | { readonly kind: 'payment_differs' };

/**
 * Judges a confirm of the reservation by the intent. `intent` is undefined when the payment is not known or belongs to another
 * reservation or user. A captured payment never stays without an effect: it commits, or it is to be refunded.
 */
export function judgeConfirm(reservation: Reservation, intent: IntentFacts | undefined, nowMs: EpochMs): ConfirmJudgement {
  const captured = intent !== undefined && intent.isCaptured;
  if (isCommitting(reservation)) return judgeCommitting(reservation, intent);
  switch (statusAt(reservation, nowMs)) {
    case 'CONFIRMED':
      if (intent !== undefined && intent.id === reservation.paymentIntentId) return { kind: 'already_confirmed_with_this_payment' };
      return { kind: 'already_confirmed', refund: captured };
    case 'REFUNDED':
      return { kind: 'already_confirmed', refund: captured };
    case 'CANCELLED':
      return { kind: 'already_cancelled', refund: captured };
    case 'EXPIRED':
    case 'FAILED':
      if (!captured) return { kind: 'reservation_expired', refund: false };
      if (!paysExactly(intent, reservation)) return { kind: 'payment_differs' };
      if (intent.isGoingBack === true || isGivenBack(reservation, intent.id)) return { kind: 'reservation_expired', refund: true };
      return { kind: 'commit', reacquire: true, giveBack: false };
    case 'HOLD':
      if (intent === undefined) return { kind: 'payment_not_approved' };
      if (!paysExactly(intent, reservation)) return { kind: 'payment_differs' };
      return captured ? { kind: 'commit', reacquire: false, giveBack: false } : { kind: 'payment_not_approved' };
  }
}

/** What has been begun for a payment is carried through, whatever has become of that since: the seats may have been sold for it. */
function judgeCommitting({ paymentIntentId }: Reservation, intent: IntentFacts | undefined): ConfirmJudgement {
  if (intent !== undefined && intent.id === paymentIntentId) return { kind: 'commit', reacquire: true, giveBack: intent.isRefunded };
  return { kind: 'already_confirmed', refund: intent?.isCaptured === true };
}

const paysExactly = (intent: IntentFacts, reservation: Reservation): boolean =>
  intent.amountMinor === reservation.totalMinor && intent.currency === reservation.currency;

export type CancelJudgement =
  | { readonly kind: 'release' }
  | { readonly kind: 'already_cancelled' }
  | { readonly kind: 'already_confirmed' }
  | { readonly kind: 'reservation_expired' };

export function judgeCancel(reservation: Reservation, nowMs: EpochMs): CancelJudgement {
  if (isCommitting(reservation)) return { kind: 'already_confirmed' };
  switch (statusAt(reservation, nowMs)) {
    case 'HOLD':
      return { kind: 'release' };
    case 'CANCELLED':
      return { kind: 'already_cancelled' };
    case 'CONFIRMED':
    case 'REFUNDED':
      return { kind: 'already_confirmed' };
    case 'EXPIRED':
    case 'FAILED':
      return { kind: 'reservation_expired' };
  }
}

export type ExtendJudgement =
  | { readonly kind: 'extend' }
  | { readonly kind: 'already_extended' }
  | { readonly kind: 'extension_not_allowed'; readonly because: 'extended_before' | 'too_long' }
  | { readonly kind: 'already_confirmed' }
  | { readonly kind: 'already_cancelled' }
  | { readonly kind: 'reservation_expired' };

/**
 * Judges an extension by `byMs`, allowed once and up to `maxMs`; the same value again is answered as the first time. Of a hold whose instant
 * has come, but whose end is not recorded, whoever decides over the seats may have been asked before, in time: it is asked again.
 */
export function judgeExtend(reservation: Reservation, byMs: DurationMs, maxMs: DurationMs, nowMs: EpochMs): ExtendJudgement {
  if (isCommitting(reservation)) return { kind: 'already_confirmed' };
  switch (reservation.status) {
    case 'CONFIRMED':
    case 'REFUNDED':
      return { kind: 'already_confirmed' };
    case 'CANCELLED':
      return { kind: 'already_cancelled' };
    case 'EXPIRED':
    case 'FAILED':
      return { kind: 'reservation_expired' };
    case 'HOLD':
      return judgeExtendOfHold(reservation, byMs, maxMs, isHoldOver(reservation, nowMs));
  }
}

function judgeExtendOfHold({ extendedByMs }: Reservation, byMs: DurationMs, maxMs: DurationMs, isOver: boolean): ExtendJudgement {
  if (extendedByMs === 0 && byMs <= maxMs) return { kind: 'extend' };
  if (isOver) return { kind: 'reservation_expired' };
  if (extendedByMs === byMs) return { kind: 'already_extended' };
  return { kind: 'extension_not_allowed', because: extendedByMs > 0 ? 'extended_before' : 'too_long' };
}

export type ExpireJudgement = { readonly kind: 'expire' } | { readonly kind: 'not_due' } | { readonly kind: 'ended' };

/** Judges a wake-up: it ends a hold that is over, and does nothing before, after, twice, or while the seats are being committed. */
export function judgeExpire(reservation: Reservation, nowMs: EpochMs): ExpireJudgement {
  if (reservation.status !== 'HOLD') return { kind: 'ended' };
  return isHoldOver(reservation, nowMs) && !isCommitting(reservation) ? { kind: 'expire' } : { kind: 'not_due' };
}

export type FailJudgement = { readonly kind: 'release' } | { readonly kind: 'nothing_to_do' };

/** Judges a failed payment under the policy `release`: a hold that is live ends with it; anything else stays as it is. */
export function judgeFailedPayment(reservation: Reservation, intent: IntentFacts, nowMs: EpochMs): FailJudgement {
  const isItsPayment = intent.isFailed && intent.reservationId === reservation.id;
  return isItsPayment && statusAt(reservation, nowMs) === 'HOLD' && !isCommitting(reservation) ? { kind: 'release' } : { kind: 'nothing_to_do' };
}

export type RefundJudgement = { readonly kind: 'return' } | { readonly kind: 'nothing_to_do' };

/** Judges a refund: all of the price of a live order gives its seats back; a part of it, or another payment's, changes nothing. */
export function judgeRefund(reservation: Reservation, intent: IntentFacts): RefundJudgement {
  const isOfItsOrder = reservation.status === 'CONFIRMED' && reservation.paymentIntentId === intent.id;
  return isOfItsOrder && intent.isRefunded ? { kind: 'return' } : { kind: 'nothing_to_do' };
}
