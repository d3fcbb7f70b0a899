import { durationMs, isoInstant, type EpochMs } from '@traffic-tacos/kernel';
import { orderIdOf, ticketsOf } from '../domain/order.ts';
import { firstHoldExpiryMs, statusAt, type Reservation } from '../domain/reservation.ts';
import type { OrderWithFacts } from '../ports/reservation-store.ts';
import { ticketCode } from '../application/ticket-code.ts';
import type { TicketSigner } from '../ports/ticket-signer.ts';

/** A reservation as GET shows it. */
export function reservationView(reservation: Reservation, nowMs: EpochMs): Readonly<Record<string, unknown>> {
  const status = statusAt(reservation, nowMs);
  return {
    reservationId: reservation.id,
    eventId: reservation.eventId,
    quantity: reservation.quantity,
    seatIds: reservation.seatIds,
    ...(reservation.section === undefined ? {} : { section: reservation.section }),
    status,
    holdExpiresAt: isoInstant(reservation.holdExpiresAtMs),
    createdAt: isoInstant(reservation.createdAtMs),
    updatedAt: isoInstant(reservation.updatedAtMs),
    totalAmount: reservation.totalMinor,
    currency: reservation.currency,
    ...(reservation.failure === undefined ? {} : { reason: reservation.failure }),
    ...(status === 'CONFIRMED' || status === 'REFUNDED' ? { orderId: orderIdOf(reservation.id) } : {}),
  };
}

/**
 * The answer to a create, from what was frozen then: the same bytes however often it is asked for, and whatever has become of the
 * reservation since.
 */
export function createdView(reservation: Reservation): Readonly<Record<string, unknown>> {
  const createdAt = isoInstant(reservation.createdAtMs);
  return {
    reservationId: reservation.id,
    status: 'HOLD',
    holdExpiresAt: isoInstant(firstHoldExpiryMs(reservation)),
    message: 'The seats are held for you.',
    eventId: reservation.eventId,
    quantity: reservation.quantity,
    seatIds: reservation.seatIds,
    createdAt,
    updatedAt: createdAt,
    totalAmount: reservation.totalMinor,
    currency: reservation.currency,
  };
}

export const confirmedView = (reservation: Reservation): Readonly<Record<string, unknown>> => ({
  orderId: orderIdOf(reservation.id),
  reservationId: reservation.id,
  status: 'CONFIRMED',
  message: 'The order is placed.',
});

export const cancelledView = (reservation: Reservation): Readonly<Record<string, unknown>> => ({
  reservationId: reservation.id,
  status: 'CANCELLED',
  message: 'The seats are given back.',
});

export const extendedView = (reservation: Reservation): Readonly<Record<string, unknown>> => ({
  reservationId: reservation.id,
  status: 'HOLD',
  holdExpiresAt: isoInstant(reservation.holdExpiresAtMs),
  extensionSeconds: durationMs(reservation.extendedByMs) / 1000,
});

/** An order with its tickets. */
export function orderView({ order, reservation }: OrderWithFacts, tickets: TicketSigner | undefined): Readonly<Record<string, unknown>> {
  return {
    orderId: order.id,
    reservationId: reservation.id,
    eventId: reservation.eventId,
    status: order.status,
    quantity: reservation.quantity,
    seatIds: reservation.seatIds,
    totalAmount: reservation.totalMinor,
    currency: reservation.currency,
    paymentIntentId: order.paymentIntentId,
    createdAt: isoInstant(order.createdAtMs),
    tickets: ticketsOf(order, reservation).map((ticket) => ({
      ticketId: ticket.ticketId,
      ...(ticket.seatId === undefined ? {} : { seatId: ticket.seatId }),
      code: ticketCode(order, reservation, ticket, tickets),
      status: ticket.status,
    })),
  };
}
