import type { DurationMs, EpochMs, IdWords, PaymentIntentId, ReservationId, UserId } from '@traffic-tacos/kernel';
import type { Joinable, Unit } from '@traffic-tacos/journal';
import type { IntentFacts } from '../domain/judge.ts';
import type { Order } from '../domain/order.ts';
import type { Reservation, ReservationStatus } from '../domain/reservation.ts';
import type { Grant } from './admission.ts';
import type { RefundReason } from './payments.ts';
import type { CommitOutcome, ExpireOutcome, ExtendOutcome, HoldOutcome, ReleaseOutcome, ReturnOutcome } from './seat-holder.ts';

/** The operations that idempotency keys tell apart. */
export type Operation = 'reservation.create' | 'reservation.confirm' | 'reservation.cancel' | 'reservation.extend';

/** An idempotency key as it is stored: never the key itself. */
export interface KeyFacts {
  readonly operation: Operation;
  /** 128 bits of SHA-256 over user, operation, resource and key. */
  readonly digest: IdWords;
  /** 128 bits of SHA-256 over the canonical form of the command. */
  readonly fingerprint: IdWords;
}

/** What every change carries. */
export interface ChangeContext {
  readonly traceId: string;
  /** Undefined where the client sent no key. */
  readonly key: KeyFacts | undefined;
}

/** Whose reservation it must be; undefined for a service that acts without an owner check. */
export type OwnerCheck = UserId | undefined;

export interface CreateReservation extends ChangeContext {
  readonly reservationId: ReservationId;
  readonly userId: UserId;
  /** What the reservation token grants; it is spent in the entry of the reservation, and by nothing else. */
  readonly grant?: Grant | undefined;
}

export type CreateOutcome =
  | { readonly kind: 'created'; readonly reservation: Reservation }
  | { readonly kind: 'replayed'; readonly reservation: Reservation }
  | { readonly kind: 'idempotency_conflict' }
  /** The token was used, or has run out, since the seats were held: nobody's reservation has them. */
  | { readonly kind: 'admission_over'; readonly orphan: ReservationId }
  | Exclude<HoldOutcome, { readonly kind: 'held' }>;

export interface ConfirmReservation extends ChangeContext {
  readonly reservationId: ReservationId;
  readonly owner: OwnerCheck;
  readonly paymentIntentId: PaymentIntentId;
  /** For the ticket codes, used only if the order is made. */
  readonly ticketSecret: IdWords;
}

/** What a confirm decides with, prepared before it. */
export interface ConfirmSteps {
  readonly readIntent: Joinable<IntentFacts | undefined>;
  /** The seats' commit that a first judgement asked for; undefined until it has. */
  readonly seats: PreparedSeats | undefined;
  readonly refund: (unit: Unit, reason: RefundReason) => void;
}

export interface PreparedSeats {
  readonly reacquire: boolean;
  readonly commit: Joinable<CommitOutcome>;
  /** Where the judgement asked for it: the return of what the commit sells. */
  readonly giveBack: Joinable<ReturnOutcome> | undefined;
}

export type ConfirmOutcome =
  | { readonly kind: 'confirmed'; readonly reservation: Reservation; readonly replayed: boolean }
  | { readonly kind: 'idempotency_conflict' }
  | { readonly kind: 'reservation_not_found' }
  | { readonly kind: 'already_confirmed' }
  | { readonly kind: 'already_cancelled' }
  | { readonly kind: 'reservation_expired'; readonly refunding: boolean }
  | { readonly kind: 'payment_not_approved' }
  | { readonly kind: 'payment_differs' };

/** Nothing was changed: the seats must be committed, and the caller is to prepare that and to ask again. */
export interface SeatsNeeded {
  readonly kind: 'seats_needed';
  readonly reacquire: boolean;
  readonly giveBack: boolean;
}

export interface CancelReservation extends ChangeContext {
  readonly reservationId: ReservationId;
  readonly owner: OwnerCheck;
}

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly reservation: Reservation; readonly replayed: boolean }
  | { readonly kind: 'idempotency_conflict' }
  | { readonly kind: 'reservation_not_found' }
  | { readonly kind: 'already_confirmed' }
  | { readonly kind: 'reservation_expired' };

export interface ExtendReservation extends ChangeContext {
  readonly reservationId: ReservationId;
  readonly owner: OwnerCheck;
  readonly byMs: DurationMs;
  readonly maxMs: DurationMs;
}

export type ExtendReservationOutcome =
  | { readonly kind: 'extended'; readonly reservation: Reservation; readonly replayed: boolean }
  | { readonly kind: 'idempotency_conflict' }
  | { readonly kind: 'reservation_not_found' }
  | { readonly kind: 'extension_not_allowed' }
  | { readonly kind: 'already_confirmed' }
  | { readonly kind: 'already_cancelled' }
  | { readonly kind: 'reservation_expired' };

export type ExpireReservationOutcome =
  | { readonly kind: 'expired'; readonly reservation: Reservation }
  | { readonly kind: 'not_due' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'reservation_not_found' };

/** What has become of a reservation by a result of one of its payments. */
export type FollowOutcome =
  | { readonly kind: 'followed'; readonly reservation: Reservation }
  | { readonly kind: 'nothing_to_do' }
  | { readonly kind: 'reservation_not_found' };

export interface ListFilter {
  readonly userId: UserId;
  readonly status: ReservationStatus | undefined;
  readonly eventId: string | undefined;
  /** The id after which the page begins (newest first); undefined for the first page. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `after` of the next page; undefined at the end. */
  readonly next: string | undefined;
}

/** An order with the reservation whose facts it carries. */
export interface OrderWithFacts {
  readonly order: Order;
  readonly reservation: Reservation;
}

/**
 * Where reservations, orders, idempotency keys and announcements are kept. Every method is one decision and one change: reservation,
 * order, key and announcement are all there afterwards, or none is. It may have many writers; none is assumed to be the only one.
 * Every method may reject with `Unavailable`: then the outcome is unknown, and a repetition with the same key tells it.
 */
export interface ReservationStore {
  create(command: CreateReservation, hold: Joinable<HoldOutcome>): Promise<CreateOutcome>;
  confirm(command: ConfirmReservation, steps: ConfirmSteps): Promise<ConfirmOutcome | SeatsNeeded>;
  /**
   * Writes down, before seats in another process are committed for it, which captured payment the reservation is being confirmed by: from
   * then on it reads HOLD, and the commit is to be repeated until it is answered. False: it cannot be confirmed any more, another
   * payment is named, or this one is being given back.
   */
  nameIntent(reservationId: ReservationId, paymentIntentId: PaymentIntentId): Promise<boolean>;
  /** The reservations whose commit has been begun and not answered. Looks at all of them: for the start. */
  committing(): readonly Reservation[];
  cancel(command: CancelReservation, release: Joinable<ReleaseOutcome>): Promise<CancelOutcome>;
  extend(command: ExtendReservation, extendHold: Joinable<ExtendOutcome>): Promise<ExtendReservationOutcome>;
  expire(reservationId: ReservationId, traceId: string, expireHold: Joinable<ExpireOutcome>): Promise<ExpireReservationOutcome>;
  /** Lets go of seats that are held for a reservation that was never written. */
  releaseOrphan(reservationId: ReservationId, release: Joinable<ReleaseOutcome>): Promise<'released' | 'nothing_to_do'>;
  /** Ends a live hold as FAILED, if the intent has failed. */
  failByPayment(reservationId: ReservationId, traceId: string, readIntent: Joinable<IntentFacts | undefined>, release: Joinable<ReleaseOutcome>): Promise<FollowOutcome>;
  /** Makes a confirmed reservation and its order REFUNDED, if all that the intent captured for it went back. */
  refundByPayment(reservationId: ReservationId, traceId: string, readIntent: Joinable<IntentFacts | undefined>, returnSeats: Joinable<ReturnOutcome>): Promise<FollowOutcome>;
  read(reservationId: ReservationId): Promise<Reservation | undefined>;
  list(filter: ListFilter): Promise<Page<Reservation>>;
  readOrder(orderId: string): Promise<OrderWithFacts | undefined>;
  listOrders(filter: ListFilter): Promise<Page<OrderWithFacts>>;
  /** Reservations whose hold is over and not yet recorded so, at most `limit`, in the order of their instants; each is named once. */
  due(nowMs: EpochMs, limit: number): readonly ReservationId[];
  /** Names a reservation as due again at `atMs`, when it could not be ended. */
  retryDue(reservationId: ReservationId, atMs: EpochMs): void;
  /** The next instant at which `due` will have something; undefined when there is no hold. */
  nextDueAtMs(): number | undefined;
}
