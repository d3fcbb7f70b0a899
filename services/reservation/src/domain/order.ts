import { withPrefix, type EpochMs, type IdWords, type OrderId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { Reservation } from './reservation.ts';

export type OrderStatus = 'CONFIRMED' | 'REFUNDED';

/** What a confirmed reservation has become. It is made once: its id is the reservation's suffix, so nothing has to be looked up. */
export interface Order {
  readonly id: OrderId;
  readonly version: number;
  readonly status: OrderStatus;
  readonly paymentIntentId: PaymentIntentId;
  readonly createdAtMs: EpochMs;
  /** 128 random bits from which the ticket codes come; known to nobody but the platform. */
  readonly ticketSecret: IdWords;
}

export type TicketStatus = 'VALID' | 'VOID';

/** One place of an order. */
export interface Ticket {
  readonly ticketId: string;
  /** Undefined for a place in a pool. */
  readonly seatId: string | undefined;
  readonly status: TicketStatus;
}

export const orderIdOf = (reservationId: ReservationId): OrderId => withPrefix('ord', reservationId);
export const reservationIdOf = (orderId: string): ReservationId => withPrefix('rsv', orderId);

/** The tickets of an order: one for each seat or place, numbered from 1. */
export function ticketsOf(order: Order, reservation: Reservation): readonly Ticket[] {
  const status = order.status === 'CONFIRMED' ? 'VALID' : 'VOID';
  return Array.from({ length: reservation.quantity }, (_, i) => ({
    ticketId: `${withPrefix('tkt', order.id)}-${i + 1}`,
    seatId: reservation.seatIds[i],
    status,
  }));
}
