import type { EventId, ReservationId } from '@traffic-tacos/kernel';
import type { Reservation } from '../domain/reservation.ts';
import { cancelReservation } from './cancel-reservation.ts';
import type { ReservationContext } from './context.ts';

const ROWS_AT_ONCE = 64;

/** Walks the rows of reservations in memory, as a snapshot walks them. */
export type ReservationScan = (cursor: number, budget: number, visit: (reservation: Reservation) => void) => number;

/** The piece of a walk through all reservations that is done at one time: it ends when either is reached. */
export interface CancelPiece {
  readonly eventId: EventId;
  /** 0 at first, then what the last piece has answered. */
  readonly cursor: number;
  readonly mostRows: number;
  readonly mostHolds: number;
  readonly traceId: string;
}

export interface HoldsCancelled {
  readonly cancelled: number;
  /** Those that were confirmed, ended or being paid for in between, and were left as they are. */
  readonly left: number;
  /** Where the next piece begins; -1 when this was the last. */
  readonly nextCursor: number;
}

/** Cancels a piece of what an event has in HOLD, whoever's it is. Done twice, it finds nothing the second time. May reject with `Unavailable`, and be repeated then. */
export async function cancelEventHolds(context: ReservationContext, scan: ReservationScan, { eventId, cursor, mostRows, mostHolds, traceId }: CancelPiece): Promise<HoldsCancelled> {
  const held: ReservationId[] = [];
  let nextCursor = cursor;
  for (let looked = 0; nextCursor !== -1 && looked < mostRows && held.length < mostHolds; looked += ROWS_AT_ONCE) {
    nextCursor = scan(nextCursor, ROWS_AT_ONCE, (reservation) => {
      if (reservation.eventId === eventId && reservation.status === 'HOLD') held.push(reservation.id);
    });
  }
  const outcomes = await Promise.all(held.map((reservationId) => cancelReservation(context, { reservationId, userId: undefined, traceId, idempotencyKey: undefined })));
  const cancelled = outcomes.filter(({ kind }) => kind === 'cancelled').length;
  return { cancelled, left: outcomes.length - cancelled, nextCursor };
}
