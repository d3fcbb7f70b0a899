import type { EpochMs } from '@traffic-tacos/kernel';
import type { Reservation, ReservationStatus } from './reservation.ts';

/** The types of event that this service announces. */
export type AnnouncementType =
  | 'reservation.created'
  | 'reservation.confirmed'
  | 'reservation.cancelled'
  | 'reservation.expired'
  | 'reservation.failed'
  | 'reservation.refunded';

const TYPE_OF: Readonly<Record<ReservationStatus, AnnouncementType>> = {
  HOLD: 'reservation.created',
  CONFIRMED: 'reservation.confirmed',
  CANCELLED: 'reservation.cancelled',
  EXPIRED: 'reservation.expired',
  FAILED: 'reservation.failed',
  REFUNDED: 'reservation.refunded',
};

/** The status that an announcement tells of. */
export const STATUS_OF: Readonly<Record<AnnouncementType, ReservationStatus>> = {
  'reservation.created': 'HOLD',
  'reservation.confirmed': 'CONFIRMED',
  'reservation.cancelled': 'CANCELLED',
  'reservation.expired': 'EXPIRED',
  'reservation.failed': 'FAILED',
  'reservation.refunded': 'REFUNDED',
};

/**
 * An event for the bus, recorded in the same entry as the change it tells of (the outbox). Its id is
 * `<reservation_id>.<sequence>`; the facts of its detail are those of the reservation record beside it.
 */
export interface Announcement {
  readonly reservationId: Reservation['id'];
  readonly sequence: number;
  readonly type: AnnouncementType;
  readonly occurredAtMs: EpochMs;
  /** 32 hex digits, so that what follows from the request can be traced to it. */
  readonly traceId: string;
}

/** The announcement of the state that the record has just entered. */
export const announce = (reservation: Reservation, traceId: string): Announcement => ({
  reservationId: reservation.id,
  sequence: reservation.sequence,
  type: TYPE_OF[reservation.status],
  occurredAtMs: reservation.updatedAtMs,
  traceId,
});
