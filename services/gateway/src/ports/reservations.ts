import type { AmountMinor, CurrencyCode, EpochMs, OrderId, PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type { Call, KeyedCall, Page, PageQuery } from './call.ts';

export type ReservationStatus = 'HOLD' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'FAILED' | 'REFUNDED';

export const RESERVATION_STATUSES: readonly ReservationStatus[] = ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'];

/** What is frozen when the seats are held. */
export interface HeldReservation {
  readonly reservationId: ReservationId;
  readonly eventId: string;
  /** In the order asked for; empty for places in a pool. */
  readonly seatIds: readonly string[];
  readonly quantity: number;
  readonly totalAmountMinor: AmountMinor;
  readonly currency: CurrencyCode;
  /** The hold is over exactly then. In the answer to a create: as it was first, whatever was extended since. */
  readonly holdExpiresAtMs: EpochMs;
}

/** A reservation as it stands at the instant of reading: a hold past its end reads EXPIRED, whether or not anybody recorded it. */
export interface ReservationFacts extends HeldReservation {
  readonly section: string | undefined;
  readonly status: ReservationStatus;
  /** Why it is FAILED. */
  readonly reason: string | undefined;
  readonly createdAtMs: EpochMs;
  readonly updatedAtMs: EpochMs;
  /** The order it has become; undefined before. */
  readonly orderId: OrderId | undefined;
}

/** Seats by name, or a number of places. `quantity` equals the number of seats where they are named. */
export interface CreateReservation extends KeyedCall {
  readonly eventId: string;
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
  /** Whether the places of a quantity may lie apart where no seats side by side are left. */
  readonly mayBeApart?: boolean | undefined;
  readonly reservationToken: string | undefined;
}

export interface ReservationCommand extends Call {
  readonly reservationId: ReservationId;
}

export interface ConfirmReservation extends ReservationCommand {
  readonly paymentIntentId: PaymentIntentId;
}

export interface ExtendReservation extends ReservationCommand {
  /** Added to the old end, whole seconds, 1 or more; how much is allowed is the reservation service's to say. */
  readonly extensionSeconds: number;
}

export interface ListReservations extends PageQuery {
  readonly status: ReservationStatus | undefined;
  readonly eventId: string | undefined;
}

/** `replayed`: the key was seen before, and this is what its first use answered. */
export type CreateReservationAnswer =
  | { readonly kind: 'created'; readonly reservation: HeldReservation; readonly replayed: boolean }
  | Refusal;

export type ConfirmReservationAnswer =
  | { readonly kind: 'confirmed'; readonly reservationId: ReservationId; readonly orderId: OrderId; readonly replayed: boolean }
  | Refusal;

export type CancelReservationAnswer = { readonly kind: 'cancelled'; readonly reservationId: ReservationId; readonly replayed: boolean } | Refusal;

export type ExtendReservationAnswer =
  | { readonly kind: 'extended'; readonly reservationId: ReservationId; readonly holdExpiresAtMs: EpochMs; readonly replayed: boolean }
  | Refusal;

/**
 * What the gateway asks of the reservation service. Refusals are that service's, by codes of the error registry, and pass through
 * as they are. Every method may reject with `Unavailable`; a repetition with the same key then tells the outcome.
 */
export interface Reservations {
  create(command: CreateReservation): Promise<CreateReservationAnswer>;
  confirm(command: ConfirmReservation): Promise<ConfirmReservationAnswer>;
  cancel(command: ReservationCommand): Promise<CancelReservationAnswer>;
  extend(command: ExtendReservation): Promise<ExtendReservationAnswer>;
  /** Undefined when there is none, or it is somebody else's. Without a user nobody's ownership is checked: for hints between services. */
  read(reservationId: ReservationId, userId: string | undefined): Promise<ReservationFacts | undefined>;
  list(query: ListReservations): Promise<Page<ReservationFacts>>;
}
