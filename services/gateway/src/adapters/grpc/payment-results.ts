import { PaymentService, WorkerService } from '@traffic-tacos/contracts';
import { GetPaymentStatusRequest, PaymentStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { PaymentResultType, ProcessingStatus, ProcessPaymentResultRequest } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { Unavailable } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { PaymentResults } from '../../ports/payment-results.ts';
import { found } from './upstream-refusals.ts';

/** What follows from each state; nothing from the others. */
const RESULTS: ReadonlyMap<PaymentStatus, PaymentResultType> = new Map([
  [PaymentStatus.PAYMENT_STATUS_COMPLETED, PaymentResultType.PAYMENT_RESULT_TYPE_APPROVED],
  [PaymentStatus.PAYMENT_STATUS_FAILED, PaymentResultType.PAYMENT_RESULT_TYPE_FAILED],
  [PaymentStatus.PAYMENT_STATUS_REFUNDED, PaymentResultType.PAYMENT_RESULT_TYPE_REFUNDED],
]);

/** The reservation service has not been able to act on the result. */
class NotFollowed extends Unavailable {
  override readonly name = 'NotFollowed';
}

/**
 * Has results followed where payments and reservations are in other processes. Both channels ask for outcomes as statuses. A repetition is told
 * by the state of the reservation, which the reservation service reads in the entry of the effect: no id of a message gets there.
 */
export function grpcPaymentResults(payment: GrpcChannel, reservation: GrpcChannel): PaymentResults {
  const payments = createUnaryClient(payment, PaymentService, { idempotent: ['getPaymentStatus'] });
  const worker = createUnaryClient(reservation, WorkerService, { idempotent: ['processPaymentResult'] });
  return {
    follow: async ({ paymentIntentId, traceId }) => {
      const read = found(await payments.getPaymentStatus(GetPaymentStatusRequest.create({ paymentIntentId }), { traceId }))?.payment;
      if (read === undefined) return { kind: 'payment_not_found' };
      const resultType = RESULTS.get(read.status);
      if (resultType === undefined) return { kind: 'followed' };
      const request = ProcessPaymentResultRequest.create({ paymentIntentId, reservationId: read.reservationId, resultType, correlationId: traceId });
      const response = found(await worker.processPaymentResult(request, { traceId }));
      if (response === undefined) return { kind: 'payment_not_found' };
      if (response.status === ProcessingStatus.PROCESSING_STATUS_RETRY) throw new NotFollowed('the result is to be sent again');
      return { kind: 'followed' };
    },
  };
}
