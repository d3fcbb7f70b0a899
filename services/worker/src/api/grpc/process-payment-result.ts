import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { PaymentResultType, ProcessingStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import type { Clock } from '@traffic-tacos/kernel';
import { refuse, type UnaryHandler } from '@traffic-tacos/kit';
import type { PaymentResult } from '../../domain/read-message.ts';
import type { Effects } from '../../ports/effects.ts';
import { doWork, type WorkerBehind } from './do-work.ts';
import { paymentIdIn, reservationIdIn, seatsNamed, traceIdIn } from './request-parts.ts';

type Rpc = typeof WorkerService.processPaymentResult;

/** Nothing follows from the others: a cancellation and a time-out leave the hold to its buyer. */
const RESULTS: ReadonlyMap<PaymentResultType, PaymentResult> = new Map([
  [PaymentResultType.PAYMENT_RESULT_TYPE_APPROVED, 'payment.approved'],
  [PaymentResultType.PAYMENT_RESULT_TYPE_FAILED, 'payment.failed'],
  [PaymentResultType.PAYMENT_RESULT_TYPE_REFUNDED, 'payment.refunded'],
]);

/** Acts on a payment's result, which is a hint: what follows is decided on the payment as read again. */
export const processPaymentResultRpc =
  (behind: WorkerBehind, effects: Effects, clock: Clock): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ reservationId: namedReservation, paymentIntentId: namedPayment, resultType, correlationId }, call) => {
    const reservationId = reservationIdIn(namedReservation);
    const paymentIntentId = paymentIdIn(namedPayment);
    if (reservationId === undefined || paymentIntentId === undefined) return refuse('RESERVATION_NOT_FOUND');
    const answer = { orderId: '', affectedSeats: [], processedAt: timestampOf(clock.nowMs()), nextAction: 'none', error: undefined };
    const type = RESULTS.get(resultType);
    if (type === undefined) return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SKIPPED };
    const traceId = traceIdIn(correlationId, call.traceId);
    const worked = await doWork(behind, type, () => effects.followPayment({ type, reservationId, paymentIntentId, traceId, messageId: undefined }));
    if ('refused' in worked) return worked;
    if (worked.kind === 'retry') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_RETRY, nextAction: 'retry' };
    const { outcome } = worked;
    if (outcome.kind === 'nothing_to_do') return { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SKIPPED };
    const { orderId = '', seatIds, isRefunding } = outcome;
    const seatStatus = orderId === '' ? SeatStatus.SEAT_STATUS_AVAILABLE : SeatStatus.SEAT_STATUS_SOLD;
    const done = { ...answer, status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, orderId, affectedSeats: seatsNamed(seatIds, seatStatus) };
    return isRefunding === true ? { ...done, nextAction: 'refund' } : done;
  };
