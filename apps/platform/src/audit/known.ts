import type { Hold } from '@traffic-tacos/inventory';
import type { Intent, IntentStatus } from '@traffic-tacos/payment';
import type { Order, Reservation } from '@traffic-tacos/reservation';

/** What is compared of a hold with other records. */
export type HoldFacts = Pick<
  Hold,
  'reservationId' | 'eventId' | 'userId' | 'state' | 'sectionId' | 'seatIds' | 'quantity' | 'totalMinor' | 'currency' | 'expiresAtMs' | 'extendedByMs' | 'changedAtMs' | 'standsAlone'
>;

/** What is compared of a payment with other records. */
export type IntentFacts = Pick<Intent, 'id' | 'reservationId' | 'userId' | 'traceId' | 'status' | 'amountMinor' | 'refundedMinor' | 'currency' | 'changedAtMs'>;

/** A payment as it is by now, and what of it is on record: its instant may have come without anybody having written that down. */
export interface KnownIntent {
  readonly now: IntentFacts;
  readonly recorded: IntentStatus;
}

/** The records of all services by their ids, wherever those are. What is no id of one is not found. */
export interface KnownRecords {
  hold(reservationId: string): HoldFacts | undefined;
  reservation(id: string): Reservation | undefined;
  /** Whether there is one, without reading it. */
  hasReservation(id: string): boolean;
  order(id: string): Order | undefined;
  intent(id: string): KnownIntent | undefined;
}
