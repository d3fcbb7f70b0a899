import { isoInstant, type BusEvent } from '@traffic-tacos/kernel';
import { STATUS_OF, type Announcement } from './announcement.ts';
import { orderIdOf } from './order.ts';
import type { Reservation } from './reservation.ts';

/** Of the facts below: a new one may come without a new version. */
const SCHEMA_VERSION = 1;

/** The event that an announcement becomes, with the facts of the reservation record beside it (interfaces.md, section 6). */
export function reservationEvent({ reservationId, sequence, type, occurredAtMs, traceId }: Announcement, reservation: Reservation): BusEvent {
  const hasOrder = type === 'reservation.confirmed' || type === 'reservation.refunded';
  return {
    source: 'reservation.service',
    detailType: type === 'reservation.created' ? 'Reservation Created' : 'Reservation Status Changed',
    detail: {
      id: `${reservationId}.${sequence}`,
      type,
      version: SCHEMA_VERSION,
      sequence,
      occurred_at: isoInstant(occurredAtMs),
      trace_id: traceId,
      status: STATUS_OF[type],
      reservation_id: reservationId,
      event_id: reservation.eventId,
      user_id: reservation.userId,
      qty: reservation.quantity,
      seat_ids: reservation.seatIds,
      hold_expires_at: isoInstant(reservation.holdExpiresAtMs),
      ...(hasOrder ? { order_id: orderIdOf(reservationId) } : {}),
      ...(reservation.paymentIntentId === undefined ? {} : { payment_intent_id: reservation.paymentIntentId }),
      amount: reservation.totalMinor,
      currency: reservation.currency,
    },
  };
}
