import type { ReservationId } from '@traffic-tacos/kernel';
import type { ReservationToPay } from '../domain/judge-reservation.ts';

export type ReservationReading =
  | { readonly kind: 'not_found' }
  | {
      readonly kind: 'found';
      readonly reservation: ReservationToPay;
      /**
       * Whether the reservation is still as read, asked in the very turn in which the intent is created. A reader in the same
       * process gives it; a remote one cannot.
       */
      readonly isCurrent?: (() => boolean) | undefined;
    };

/** What a payment asks of whoever keeps the reservations. */
export interface ReservationFacts {
  /** The reservation as it stands now: a hold that is over reads EXPIRED. Rejects with `Unavailable` when that cannot be told. */
  read(reservationId: ReservationId): Promise<ReservationReading>;
}
