import { epochMsOf, PaymentService } from '@traffic-tacos/contracts';
import { ErrorCode } from '@traffic-tacos/contracts/proto/common/v1/errors';
import {
  CancelPaymentRequest, GetPaymentStatusRequest, ListPaymentsRequest, PaymentStatus, type Payment,
} from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { amountMinor, parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { IntentFacts } from '../../domain/judge.ts';
import type { Payments } from '../../ports/payments.ts';
import type { Refund, RefundsAfterwards } from './refunds-afterwards.ts';
import { responseOf, UnexpectedAnswer, unexpectedError } from './wire-answers.ts';

const IDEMPOTENT = ['getPaymentStatus', 'listPayments', 'cancelPayment'] as const;

/** The reservation service's way to payments in another process: intents are read before a decision, and given back after it. */
export function grpcPayments(channel: GrpcChannel, refunds: RefundsAfterwards): Payments {
  const client = createUnaryClient(channel, PaymentService, { idempotent: IDEMPOTENT });
  return {
    read: async (paymentIntentId) => {
      const { payment, error } = responseOf(await client.getPaymentStatus(GetPaymentStatusRequest.create({ paymentIntentId })));
      if (error !== undefined && error.code !== ErrorCode.ERROR_CODE_NOT_FOUND) throw unexpectedError(error);
      const facts = payment === undefined ? undefined : factsOf(payment);
      return () => (facts !== undefined && refunds.isUnderWay(facts.id) ? { ...facts, isGoingBack: true } : facts);
    },
    findCaptured: async (reservationId) => {
      const wanted = ListPaymentsRequest.create({ reservationId, status: PaymentStatus.PAYMENT_STATUS_COMPLETED, anyUser: true });
      const { payments } = responseOf(await client.listPayments(wanted));
      const first = payments.reduce<Payment | undefined>(firstCaptured, undefined);
      return first === undefined ? undefined : intentIdOf(first.paymentIntentId);
    },
    refund: (unit, intentId, reason) => refunds.note(unit, { intentId, reason }),
  };
}

/** Of several the one that was captured first has won, or will: it is the one to confirm by. They come newest first. */
const firstCaptured = (first: Payment | undefined, payment: Payment): Payment => (first === undefined || capturedAtMs(payment) <= capturedAtMs(first) ? payment : first);

const capturedAtMs = ({ processedAt }: Payment): number => (processedAt === undefined ? undefined : epochMsOf(processedAt)) ?? 0;

/** `requested`: its order went back already. */
interface WantedRefund {
  readonly intentId: PaymentIntentId;
  readonly reason: Refund['reason'] | 'requested';
}

/** Gives all of a captured payment back. Repeating it changes nothing: a payment that has ended is answered as one that went back. */
export function grpcRefunder(channel: GrpcChannel): (refund: WantedRefund) => Promise<void> {
  const client = createUnaryClient(channel, PaymentService, { idempotent: IDEMPOTENT });
  return async ({ intentId, reason }) => {
    const { error } = responseOf(await client.cancelPayment(CancelPaymentRequest.create({ paymentIntentId: intentId, reason })));
    if (error !== undefined && error.code !== ErrorCode.ERROR_CODE_FAILED_PRECONDITION) throw unexpectedError(error);
  };
}

function factsOf({ paymentIntentId, reservationId, userId, status, amount, refundedAmount }: Payment): IntentFacts {
  const isCaptured = status === PaymentStatus.PAYMENT_STATUS_COMPLETED;
  const asked = amount?.amount ?? 0;
  return {
    id: intentIdOf(paymentIntentId),
    reservationId: reservationIdOf(reservationId),
    userId,
    isCaptured,
    isRefunded: status === PaymentStatus.PAYMENT_STATUS_REFUNDED,
    isFailed: status === PaymentStatus.PAYMENT_STATUS_FAILED,
    amountMinor: amountMinor(isCaptured ? asked - (refundedAmount?.amount ?? 0) : asked),
    currency: amount?.currency ?? '',
  };
}

function intentIdOf(text: string): PaymentIntentId {
  if (parseId('pay', text) === undefined) throw new UnexpectedAnswer('a payment', `with the id ${text}`);
  return text as PaymentIntentId;
}

function reservationIdOf(text: string): ReservationId {
  if (parseId('rsv', text) === undefined) throw new UnexpectedAnswer('a payment', `of the reservation ${text}`);
  return text as ReservationId;
}
