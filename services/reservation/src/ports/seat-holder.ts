import type { DurationMs, EpochMs, EventId, OrderId, PaymentIntentId, ReservationId, UserId } from '@traffic-tacos/kernel';
import type { Joinable } from '@traffic-tacos/journal';
import type { HeldFacts } from '../domain/change.ts';

/** What the reservation service asks of whoever decides over seats: the inventory service, in this process or another. */
export interface HoldCommand {
  readonly reservationId: ReservationId;
  readonly eventId: EventId;
  readonly userId: UserId;
  /** Named seats; without them, `quantity` places of one section are chosen. */
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
  /** Whether the places of a quantity may lie apart where no seats side by side are left. */
  readonly mayBeApart?: boolean | undefined;
  readonly holdForMs: DurationMs;
  /** The hold must not end later than this, whatever `holdForMs` says. */
  readonly expiresAtUpperBoundMs: EpochMs | undefined;
  /** Whether the waiting room has let this user in, as of when it is read; the event says whether that is demanded. */
  readonly admission: 'granted' | 'none';
  /** The client's own key. A holder in another process recognises a repeated wish by it, whatever reservation id that came with. */
  readonly idempotencyKey?: string | undefined;
}

export interface SeatClash {
  readonly seatId: string;
  readonly state: 'held' | 'sold' | 'blocked';
}

export type HoldOutcome =
  /** `adopted`: the hold that the client's key had got before, for which no reservation may have been written; it is this one's now. */
  /**
   * `demandsAdmission`: of a hold that was decided on before this decision. Its event has to have been entered, and whether the token still admits is to be
   * looked at again.
   */
  | { readonly kind: 'held'; readonly held: HeldFacts; readonly adopted?: ReservationId | undefined; readonly demandsAdmission?: boolean }
  | { readonly kind: 'idempotency_conflict' }
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'section_not_found' }
  | { readonly kind: 'seat_not_found'; readonly seatIds: readonly string[] }
  | { readonly kind: 'seats_not_in_section'; readonly seatIds: readonly string[] }
  | { readonly kind: 'sale_not_open' }
  | { readonly kind: 'not_admitted' }
  | { readonly kind: 'purchase_limit_exceeded'; readonly limit: number }
  | { readonly kind: 'seat_unavailable'; readonly seats: readonly SeatClash[] }
  | { readonly kind: 'sold_out' }
  /** There are enough places, but not side by side; `mostTogether` are. */
  | { readonly kind: 'not_together'; readonly mostTogether: number };

export type CommitOutcome =
  | { readonly kind: 'committed' }
  | { readonly kind: 'hold_expired' }
  | { readonly kind: 'seats_gone' }
  | { readonly kind: 'hold_not_found' }
  | { readonly kind: 'hold_released' };

export type ReleaseOutcome =
  | { readonly kind: 'released' }
  | { readonly kind: 'hold_expired' }
  | { readonly kind: 'already_committed' }
  | { readonly kind: 'hold_not_found' };

export type ExpireOutcome =
  | { readonly kind: 'expired' }
  | { readonly kind: 'not_due' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'hold_not_found' };

export type ExtendOutcome =
  | { readonly kind: 'extended'; readonly expiresAtMs: EpochMs }
  | { readonly kind: 'extension_not_allowed' }
  | { readonly kind: 'hold_expired' }
  | { readonly kind: 'hold_not_found' };

export type ReturnOutcome =
  | { readonly kind: 'returned' }
  | { readonly kind: 'order_not_found' };

export interface CommitOptions {
  /** Whether the places of an ended hold may be taken again. Only captured payments may ask for it. */
  readonly reacquire: boolean;
  /** The payment for which they are sold. */
  readonly paymentIntentId?: PaymentIntentId | undefined;
}

/**
 * The port through which a reservation reaches its seats. A promise resolves when whatever must be waited for is here; the step it
 * gives is then run, without waiting, inside the caller's unit of work, once per attempt. An adapter in the same process decides in
 * that step, so that seats and reservation change in one entry. A remote one is asked when a decision has come to the step, and not
 * before: the step throws `NotAsked`, which leaves the unit undone, and hands the answer over when the decision is made again.
 * So callers may rely on no more than both give: after `held` the seats are that reservation's until `expiresAtMs`.
 */
export interface SeatHolder {
  hold(command: HoldCommand): Promise<Joinable<HoldOutcome>>;
  commit(reservationId: ReservationId, orderId: OrderId, options: CommitOptions): Promise<Joinable<CommitOutcome>>;
  release(reservationId: ReservationId): Promise<Joinable<ReleaseOutcome>>;
  /** Makes the end of a hold visible. A holder in another process does that by itself, and answers whether it has `ended`. */
  expire(reservationId: ReservationId): Promise<Joinable<ExpireOutcome>>;
  extend(reservationId: ReservationId, byMs: DurationMs): Promise<Joinable<ExtendOutcome>>;
  /** Makes the seats of an order free again, after all of its price went back. */
  return(orderId: OrderId): Promise<Joinable<ReturnOutcome>>;
}
