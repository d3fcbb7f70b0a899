import type { DurationMs, EpochMs, EventId, OrderId, ReservationId, UserId } from '@traffic-tacos/kernel';
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
  readonly holdForMs: DurationMs;
  /** The hold must not end later than this, whatever `holdForMs` says. */
  readonly expiresAtUpperBoundMs: EpochMs | undefined;
  /** Whether the waiting room has let this user in; the event says whether that is demanded. */
  readonly admission: 'granted' | 'none';
}

export interface SeatClash {
  readonly seatId: string;
  readonly state: 'held' | 'sold' | 'blocked';
}

export type HoldOutcome =
  | { readonly kind: 'held'; readonly held: HeldFacts }
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'section_not_found' }
  | { readonly kind: 'seat_not_found'; readonly seatIds: readonly string[] }
  | { readonly kind: 'seats_not_in_section'; readonly seatIds: readonly string[] }
  | { readonly kind: 'sale_not_open' }
  | { readonly kind: 'not_admitted' }
  | { readonly kind: 'purchase_limit_exceeded'; readonly limit: number }
  | { readonly kind: 'seat_unavailable'; readonly seats: readonly SeatClash[] }
  | { readonly kind: 'sold_out' };

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

/**
 * The port through which a reservation reaches its seats. A promise resolves when whatever must be waited for is here; the step it
 * gives is then run, without waiting, inside the caller's unit of work, once per attempt. An adapter in the same process decides in
 * that step, so that seats and reservation change in one entry; a remote one has decided before and only hands its answer over.
 * So callers may rely on no more than both give: after `held` the seats are that reservation's until `expiresAtMs`.
 */
export interface SeatHolder {
  hold(command: HoldCommand): Promise<Joinable<HoldOutcome>>;
  commit(reservationId: ReservationId, orderId: OrderId, options: { readonly reacquire: boolean }): Promise<Joinable<CommitOutcome>>;
  release(reservationId: ReservationId): Promise<Joinable<ReleaseOutcome>>;
  expire(reservationId: ReservationId): Promise<Joinable<ExpireOutcome>>;
  extend(reservationId: ReservationId, byMs: DurationMs): Promise<Joinable<ExtendOutcome>>;
  /** Makes the seats of an order free again, after all of its price went back. */
  return(orderId: OrderId): Promise<Joinable<ReturnOutcome>>;
}
