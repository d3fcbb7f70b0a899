import type { Reservations, ReservationFacts } from '@traffic-tacos/gateway';
import { durationMs, type OrderId, withPrefix } from '@traffic-tacos/kernel';
import {
  cancelReservation, confirmReservation, extendReservation, firstHoldExpiryMs, holdSeats, listReservations, readReservation, refusalOf, statusAt,
  type Reservation, type ReservationContext,
} from '@traffic-tacos/reservation';

/** The gateway's way to reservations in the same process: the use cases themselves. */
export function directReservations(context: ReservationContext): Reservations {
  const factsOf = (reservation: Reservation): ReservationFacts => {
    const status = statusAt(reservation, context.clock.nowMs());
    return {
      ...frozen(reservation), status, section: reservation.section, reason: reservation.failure, holdExpiresAtMs: reservation.holdExpiresAtMs,
      createdAtMs: reservation.createdAtMs, updatedAtMs: reservation.updatedAtMs,
      orderId: status === 'CONFIRMED' || status === 'REFUNDED' ? orderOf(reservation) : undefined,
    };
  };
  return {
    create: async (command) => {
      const outcome = await holdSeats(context, command);
      if (outcome.kind !== 'created' && outcome.kind !== 'replayed') return refusalOf(outcome);
      return { kind: 'created', reservation: frozen(outcome.reservation), replayed: outcome.kind === 'replayed' };
    },
    confirm: async (command) => {
      const outcome = await confirmReservation(context, command);
      if (outcome.kind !== 'confirmed') return refusalOf(outcome);
      const { reservation, replayed } = outcome;
      return { kind: 'confirmed', reservationId: reservation.id, orderId: orderOf(reservation), replayed };
    },
    cancel: async (command) => {
      const outcome = await cancelReservation(context, command);
      if (outcome.kind !== 'cancelled') return refusalOf(outcome);
      return { kind: 'cancelled', reservationId: outcome.reservation.id, replayed: outcome.replayed };
    },
    extend: async (command) => {
      const outcome = await extendReservation(context, { ...command, byMs: durationMs(command.extensionSeconds * 1000) });
      if (outcome.kind !== 'extended') return refusalOf(outcome);
      const { reservation, replayed } = outcome;
      return { kind: 'extended', reservationId: reservation.id, holdExpiresAtMs: reservation.holdExpiresAtMs, replayed };
    },
    read: async (id, userId) => {
      const found = await readReservation(context, id, userId);
      return found === undefined ? undefined : factsOf(found);
    },
    list: async (query) => {
      const page = await listReservations(context, query);
      return { items: page.items.map(factsOf), next: page.next };
    },
  };
}

/** What was frozen at the hold, with the end that the hold had then. */
const frozen = (reservation: Reservation) => ({
  reservationId: reservation.id,
  eventId: reservation.eventId,
  seatIds: reservation.seatIds,
  quantity: reservation.quantity,
  totalAmountMinor: reservation.totalMinor,
  currency: reservation.currency,
  holdExpiresAtMs: firstHoldExpiryMs(reservation),
});

const orderOf = (reservation: Reservation): OrderId => withPrefix('ord', reservation.id);
