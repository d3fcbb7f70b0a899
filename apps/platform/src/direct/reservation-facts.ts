import type { ReservationFacts } from '@traffic-tacos/payment';
import { readReservation, statusAt, type Reservation, type ReservationContext } from '@traffic-tacos/reservation';

/**
 * The payment service's way to reservations in the same process. `peek` reads memory without waiting, so that in the turn in which an
 * intent is made the reservation can be seen to be as it was.
 */
export const directReservationFacts = (context: ReservationContext, peek: (id: Reservation['id']) => Reservation | undefined): ReservationFacts => ({
  read: async (reservationId) => {
    const found = await readReservation(context, reservationId, undefined);
    if (found === undefined) return { kind: 'not_found' };
    const { userId, eventId, totalMinor, currency, version } = found;
    const status = statusAt(found, context.clock.nowMs());
    const isCurrent = (): boolean => {
      const now = peek(reservationId);
      return now?.version === version && statusAt(now, context.clock.nowMs()) === status;
    };
    return { kind: 'found', reservation: { userId, eventId, status, totalMinor, currency }, isCurrent };
  },
});
