import { isoInstant } from '@traffic-tacos/kernel';
import type { HeldReservation, ReservationFacts } from '../../ports/reservations.ts';

type View = Readonly<Record<string, unknown>>;

/**
 * The answer to a create: only what was frozen then, so that a repetition gets the same bytes whatever has become of the reservation
 * since.
 */
export function heldView(held: HeldReservation): View {
  return {
    reservationId: held.reservationId,
    status: 'HOLD',
    holdExpiresAt: isoInstant(held.holdExpiresAtMs),
    eventId: held.eventId,
    seatIds: held.seatIds,
    quantity: held.quantity,
    totalAmount: held.totalAmountMinor,
    currency: held.currency,
  };
}

/** A reservation as GET and the list show it. What is undefined is left out of the answer. */
export function reservationView(facts: ReservationFacts): View {
  return {
    reservationId: facts.reservationId,
    status: facts.status,
    reason: facts.reason,
    holdExpiresAt: isoInstant(facts.holdExpiresAtMs),
    eventId: facts.eventId,
    section: facts.section,
    seatIds: facts.seatIds,
    quantity: facts.quantity,
    totalAmount: facts.totalAmountMinor,
    currency: facts.currency,
    createdAt: isoInstant(facts.createdAtMs),
    updatedAt: isoInstant(facts.updatedAtMs),
    orderId: facts.orderId,
  };
}
