import type { Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';

const TRACE_ID = /^[0-9a-f]{32}$/;

export const reservationIdIn = (text: string): ReservationId | undefined => (parseId('rsv', text) === undefined ? undefined : (text as ReservationId));

export const paymentIdIn = (text: string): PaymentIntentId | undefined => (parseId('pay', text) === undefined ? undefined : (text as PaymentIntentId));

/** The trace of what caused the call, or that of the call itself. */
export const traceIdIn = (correlationId: string, traceId: string): string => (TRACE_ID.test(correlationId) ? correlationId : traceId);

/** What is known of seats here is which they are, and what has become of them. */
export const seatsNamed = (seatIds: readonly string[] = [], status: SeatStatus = SeatStatus.SEAT_STATUS_AVAILABLE): Seat[] =>
  seatIds.map((id) => ({ id, section: '', row: '', number: '', price: undefined, status }));
