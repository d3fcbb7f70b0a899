import type { AmountMinor, CurrencyCode, EpochMs, OrderId, PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import type { Page, PageQuery } from './call.ts';

export type OrderStatus = 'CONFIRMED' | 'REFUNDED';
export type TicketStatus = 'VALID' | 'VOID';

/** One place of an order. */
export interface TicketFacts {
  readonly ticketId: string;
  /** Undefined for a place in a pool. */
  readonly seatId: string | undefined;
  /** Opens the door; unguessable. */
  readonly code: string;
  readonly status: TicketStatus;
}

/** A paid reservation with its tickets. */
export interface OrderFacts {
  readonly orderId: OrderId;
  readonly reservationId: ReservationId;
  readonly eventId: string;
  readonly status: OrderStatus;
  readonly seatIds: readonly string[];
  readonly quantity: number;
  readonly totalAmountMinor: AmountMinor;
  readonly currency: CurrencyCode;
  readonly paymentIntentId: PaymentIntentId;
  readonly createdAtMs: EpochMs;
  /** One for each place. */
  readonly tickets: readonly TicketFacts[];
}

export interface ListOrders extends PageQuery {
  readonly eventId: string | undefined;
}

/** What the gateway asks of whoever keeps the orders. Every method may reject with `Unavailable`. */
export interface Orders {
  /** Undefined when there is none, or it is somebody else's. */
  read(orderId: OrderId, userId: string): Promise<OrderFacts | undefined>;
  list(query: ListOrders): Promise<Page<OrderFacts>>;
}
