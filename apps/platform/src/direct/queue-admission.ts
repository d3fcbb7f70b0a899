import type { QueueService } from '@traffic-tacos/queue';
import type { Admission, SeatHolder } from '@traffic-tacos/reservation';

/** The reservation service's way to the waiting room in the same process: tokens are spent in the reservation's own unit of work. */
export const directAdmission = (queue: () => QueueService): Admission => ({
  check: (reservationToken, eventId, userId) => Promise.resolve(queue().checkAdmission(reservationToken, eventId, userId)),
});

/** Tells the waiting room, in the unit that ends a hold, that its slot is free again: sold, released or over. */
export function tellingQueue(seats: SeatHolder, queue: () => QueueService): SeatHolder {
  return {
    ...seats,
    commit: async (reservationId, orderId, options) => {
      const commit = await seats.commit(reservationId, orderId, options);
      return (unit) => {
        const outcome = commit(unit);
        queue().holdEnded(reservationId)(unit);
        return outcome;
      };
    },
    release: async (reservationId) => {
      const release = await seats.release(reservationId);
      return (unit) => {
        const outcome = release(unit);
        queue().holdEnded(reservationId)(unit);
        return outcome;
      };
    },
    expire: async (reservationId) => {
      const expire = await seats.expire(reservationId);
      return (unit) => {
        const outcome = expire(unit);
        // A hold that is not due yet goes on.
        if (outcome.kind !== 'not_due') queue().holdEnded(reservationId)(unit);
        return outcome;
      };
    },
  };
}
