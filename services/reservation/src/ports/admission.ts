import type { Unit } from '@traffic-tacos/journal';
import type { EventId, ReservationId, UserId } from '@traffic-tacos/kernel';

/** A reservation token of this event and this user, genuine. Whether it still admits is decided together with the hold. */
export interface Grant {
  /** Unspent and not run out, now. */
  isLive(): boolean;
  /** Writes down, in the unit that makes the reservation, that the token is spent for it. Only called while it is live. */
  spend(unit: Unit, reservationId: ReservationId): void;
}

/** Whom the waiting room has let in. Whether that is demanded is the event's to say. */
export interface Admission {
  /** Undefined for a token that is forged, or of another event or user. */
  check(reservationToken: string, eventId: EventId, userId: UserId): Promise<Grant | undefined>;
}
