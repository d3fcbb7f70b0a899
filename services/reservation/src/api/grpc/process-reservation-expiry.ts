import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ProcessingStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { parseId, type ReservationId } from '@traffic-tacos/kernel';
import { refuse, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { expireOne } from '../../application/expire-due.ts';
import { seatMessages } from './reservation-messages.ts';

type Rpc = typeof WorkerService.processReservationExpiry;
const TRACE_ID = /^[0-9a-f]{32}$/;

/** A wake-up from the worker: ends the hold if its instant has come. */
export const processReservationExpiryRpc =
  (context: ReservationContext): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ reservationId, correlationId }, { traceId }) => {
    if (parseId('rsv', reservationId) === undefined) return refuse('RESERVATION_NOT_FOUND');
    const outcome = await expireOne(context, reservationId as ReservationId, TRACE_ID.test(correlationId) ? correlationId : traceId);
    if (outcome.kind === 'reservation_not_found') return refuse('RESERVATION_NOT_FOUND');
    const answer = { releasedSeats: [], processedAt: timestampOf(context.clock.nowMs()), nextAction: 'none', error: undefined };
    if (outcome.kind !== 'expired') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SKIPPED };
    return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, releasedSeats: seatMessages(outcome.reservation, SeatStatus.SEAT_STATUS_AVAILABLE) };
  };
