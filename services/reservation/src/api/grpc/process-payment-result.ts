import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { PaymentResultType, ProcessingStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { refuse, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { confirmReservation } from '../../application/confirm-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { followFailure, followRefund, type SettledPayment } from '../../application/follow-payment.ts';
import { orderIdOf } from '../../domain/order.ts';

type Rpc = typeof WorkerService.processPaymentResult;
type Response = ResponseOf<Rpc>;

/** What came of a result. `refund`: the money is on its way back, and the result is to be sent again until it has arrived. */
type Followed = { readonly status: Response['status']; readonly orderId?: string; readonly nextAction?: 'none' | 'refund' } | Refusal;

const NOT_FOUND = refuse('RESERVATION_NOT_FOUND');
const TRACE_ID = /^[0-9a-f]{32}$/;
const DONE: Followed = { status: ProcessingStatus.PROCESSING_STATUS_SUCCESS };
const NOTHING_TO_DO: Followed = { status: ProcessingStatus.PROCESSING_STATUS_SKIPPED };
const REFUNDING: Followed = { status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, nextAction: 'refund' };

/** Acts on a payment's result. The result is a hint: what follows is decided on the payment as re-read. */
export const processPaymentResultRpc =
  (context: ReservationContext): UnaryHandler<RequestOf<Rpc>, Response> =>
  async ({ reservationId, paymentIntentId, resultType, correlationId }, { traceId }) => {
    if (parseId('rsv', reservationId) === undefined || parseId('pay', paymentIntentId) === undefined) return NOT_FOUND;
    const settled: SettledPayment = {
      reservationId: reservationId as ReservationId,
      paymentIntentId: paymentIntentId as PaymentIntentId,
      traceId: TRACE_ID.test(correlationId) ? correlationId : traceId,
    };
    const followed = await follow(context, resultType, settled);
    if ('refused' in followed) return followed;
    const { status, orderId = '', nextAction = 'none' } = followed;
    return { status, orderId, affectedSeats: [], processedAt: timestampOf(context.clock.nowMs()), nextAction, error: undefined };
  };

async function follow(context: ReservationContext, type: PaymentResultType, settled: SettledPayment): Promise<Followed> {
  switch (type) {
    case PaymentResultType.PAYMENT_RESULT_TYPE_APPROVED:
      return followApproval(context, settled);
    case PaymentResultType.PAYMENT_RESULT_TYPE_FAILED:
      return change(await followFailure(context, settled));
    case PaymentResultType.PAYMENT_RESULT_TYPE_REFUNDED:
      return change(await followRefund(context, settled));
    default:
      return NOTHING_TO_DO;
  }
}

async function followApproval(context: ReservationContext, settled: SettledPayment): Promise<Followed> {
  const outcome = await confirmReservation(context, { ...settled, userId: undefined, idempotencyKey: undefined });
  switch (outcome.kind) {
    case 'confirmed':
      return { status: ProcessingStatus.PROCESSING_STATUS_SUCCESS, orderId: orderIdOf(settled.reservationId) };
    case 'reservation_not_found':
      return NOT_FOUND;
    case 'payment_not_approved':
      return NOTHING_TO_DO;
    default:
      return REFUNDING;
  }
}

function change({ kind }: Awaited<ReturnType<typeof followRefund>>): Followed {
  if (kind === 'reservation_not_found') return NOT_FOUND;
  return kind === 'followed' ? DONE : NOTHING_TO_DO;
}
