import type { AmountMinor, CurrencyCode, EventId, UserId } from '@traffic-tacos/kernel';

export type ReservationStatus = 'HOLD' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'FAILED' | 'REFUNDED';

/** What a payment needs to know of the reservation that it pays for, as of now. */
export interface ReservationToPay {
  readonly userId: UserId;
  readonly eventId: EventId;
  readonly status: ReservationStatus;
  /** Frozen at the hold. */
  readonly totalMinor: AmountMinor;
  readonly currency: CurrencyCode;
}

export interface Payer {
  readonly userId: UserId;
  readonly amountMinor: number;
  readonly currency: string;
}

interface FrozenTotal {
  readonly totalMinor: AmountMinor;
  readonly currency: CurrencyCode;
}

/** Refusals stand in their order of precedence. Somebody else's reservation is refused like one that does not exist. */
export type ReservationJudgement =
  | { readonly kind: 'payable' }
  | { readonly kind: 'reservation_not_found' }
  | ({ readonly kind: 'amount_differs'; readonly fields: readonly ('amount' | 'currency')[] } & FrozenTotal)
  | { readonly kind: 'reservation_not_on_hold'; readonly status: Exclude<ReservationStatus, 'HOLD'> };

/** Judges whether the payer may pay for the reservation: their own, its frozen total, while it is held. */
export function judgeReservation(reservation: ReservationToPay | undefined, payer: Payer): ReservationJudgement {
  if (reservation === undefined || reservation.userId !== payer.userId) return { kind: 'reservation_not_found' };
  const fields: ('amount' | 'currency')[] = [];
  if (payer.amountMinor !== reservation.totalMinor) fields.push('amount');
  if (payer.currency !== reservation.currency) fields.push('currency');
  const { totalMinor, currency, status } = reservation;
  if (fields.length > 0) return { kind: 'amount_differs', totalMinor, currency, fields };
  return status === 'HOLD' ? { kind: 'payable' } : { kind: 'reservation_not_on_hold', status };
}
