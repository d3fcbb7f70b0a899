import { WorkerService } from '@traffic-tacos/contracts';
import {
  CompensationType, PaymentResultType, ProcessCompensationRequest, ProcessingStatus, ProcessPaymentResultRequest, ProcessReservationExpiryRequest,
} from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { Unavailable } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel, type UpstreamRefusal } from '@traffic-tacos/kit';
import type { PaymentResult } from '../../domain/read-message.ts';
import type { CompensationKind, EffectOutcome, Effects } from '../../ports/effects.ts';

const RESULT_TYPES: Readonly<Record<PaymentResult, PaymentResultType>> = {
  'payment.approved': PaymentResultType.PAYMENT_RESULT_TYPE_APPROVED,
  'payment.failed': PaymentResultType.PAYMENT_RESULT_TYPE_FAILED,
  'payment.refunded': PaymentResultType.PAYMENT_RESULT_TYPE_REFUNDED,
};

const COMPENSATION_TYPES: Readonly<Record<CompensationKind, CompensationType>> = {
  release_seats: CompensationType.COMPENSATION_TYPE_RELEASE_SEATS,
  refund_payment: CompensationType.COMPENSATION_TYPE_REFUND_PAYMENT,
  cancel_reservation: CompensationType.COMPENSATION_TYPE_CANCEL_RESERVATION,
  cleanup_orphaned: CompensationType.COMPENSATION_TYPE_CLEANUP_ORPHANED,
};

/** The reservation service in another process did not say what came of it. */
class NotFollowed extends Unavailable {
  override readonly name = 'NotFollowed';
}

const NOTHING: EffectOutcome = { kind: 'nothing_to_do' };

/**
 * What the worker has done where reservations are in another process, which takes the same calls for it. The channel asks for outcomes as
 * statuses; every call may be repeated, and decides on the state as it is then.
 */
export function grpcEffects(channel: GrpcChannel): Effects {
  const client = createUnaryClient(channel, WorkerService, { idempotent: ['processReservationExpiry', 'processPaymentResult', 'processCompensation'] });
  return {
    endHold: async (reservationId, traceId) => {
      const answer = await client.processReservationExpiry(ProcessReservationExpiryRequest.create({ reservationId, correlationId: traceId }), { traceId });
      return answer.kind === 'refused' ? refused(answer.refusal) : effectOf(answer.response.status, { seatIds: answer.response.releasedSeats.map(({ id }) => id) });
    },
    followPayment: async ({ type, paymentIntentId, reservationId, traceId }) => {
      const request = ProcessPaymentResultRequest.create({ reservationId, paymentIntentId, resultType: RESULT_TYPES[type], correlationId: traceId });
      const answer = await client.processPaymentResult(request, { traceId });
      if (answer.kind === 'refused') return refused(answer.refusal);
      const { status, orderId, nextAction } = answer.response;
      return effectOf(status, { isRefunding: nextAction === 'refund', ...(orderId === '' ? {} : { orderId }) });
    },
    compensate: async ({ kind, reservationId, paymentIntentId, traceId }) => {
      const context = new Map(paymentIntentId === undefined ? [] : [['payment_intent_id', paymentIntentId]]);
      const request = ProcessCompensationRequest.create({ reservationId, compensationType: COMPENSATION_TYPES[kind], context, correlationId: traceId });
      const answer = await client.processCompensation(request, { traceId });
      return answer.kind === 'refused' ? refused(answer.refusal) : effectOf(answer.response.status, {});
    },
  };
}

function effectOf(status: ProcessingStatus, facts: Omit<Extract<EffectOutcome, { readonly kind: 'done' }>, 'kind'>): EffectOutcome {
  switch (status) {
    case ProcessingStatus.PROCESSING_STATUS_SUCCESS:
      return { kind: 'done', ...facts };
    case ProcessingStatus.PROCESSING_STATUS_SKIPPED:
      return NOTHING;
    default:
      throw new NotFollowed('the reservation service asks for it again');
  }
}

/** A refusal that is no outcome, such as a credential that is not taken, is mended by somebody and then asked again. */
function refused({ reason, status, message, details }: UpstreamRefusal): EffectOutcome {
  switch (reason) {
    case 'RESERVATION_NOT_FOUND':
      return { kind: 'reservation_not_found' };
    case 'PAYMENT_NOT_FOUND':
      return { kind: 'payment_not_found' };
    case 'RESERVATION_ALREADY_CONFIRMED':
      return { kind: 'must_not_be_undone', reason: details[0]?.reason ?? message };
    default:
      throw new NotFollowed(`the reservation service refused: ${status} ${message}`);
  }
}
