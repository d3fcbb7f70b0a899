import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { ProcessingStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import type { Clock } from '@traffic-tacos/kernel';
import { refuse, type UnaryHandler } from '@traffic-tacos/kit';
import { WAKE_UP } from '../../domain/read-message.ts';
import type { Effects } from '../../ports/effects.ts';
import { doWork, type WorkerBehind } from './do-work.ts';
import { reservationIdIn, seatsNamed, traceIdIn } from './request-parts.ts';

type Rpc = typeof WorkerService.processReservationExpiry;

/** A wake-up: ends the hold if its instant has come, whatever the request says about that. */
export const processReservationExpiryRpc =
  (behind: WorkerBehind, effects: Effects, clock: Clock): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ reservationId: named, correlationId }, { traceId }) => {
    const reservationId = reservationIdIn(named);
    if (reservationId === undefined) return refuse('RESERVATION_NOT_FOUND');
    const worked = await doWork(behind, WAKE_UP, () => effects.endHold(reservationId, traceIdIn(correlationId, traceId)));
    if ('refused' in worked) return worked;
    const answer = { releasedSeats: [], processedAt: timestampOf(clock.nowMs()), nextAction: 'none', error: undefined };
    if (worked.kind === 'retry') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_RETRY, nextAction: 'retry' };
    const { outcome } = worked;
    if (outcome.kind === 'nothing_to_do') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SKIPPED };
    return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, releasedSeats: seatsNamed(outcome.seatIds) };
  };
