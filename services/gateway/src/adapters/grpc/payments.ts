import { PaymentService } from '@traffic-tacos/contracts';
import {
  CreatePaymentIntentRequest, GetPaymentStatusRequest, ListPaymentsRequest, PaymentMethod as WireMethod, PaymentScenario as WireScenario, PaymentStatus as WireStatus,
  ProcessPaymentRequest, type Payment,
} from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import { PAYMENT_METHODS, PAYMENT_SCENARIOS, type CreatePaymentIntent, type PaymentFacts, type Payments } from '../../ports/payments.ts';
import { found, responseOf, responseOrRefusal, UnexpectedAnswer } from './upstream-refusals.ts';
import { amountOf, currencyOf, enumWords, idOf, instantOf, optionalInstant } from './wire-values.ts';

const STATUSES = enumWords(WireStatus, 'PAYMENT_STATUS_', ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED']);
const METHODS = enumWords(WireMethod, 'PAYMENT_METHOD_', PAYMENT_METHODS);
const SCENARIOS = enumWords(WireScenario, 'PAYMENT_SCENARIO_', PAYMENT_SCENARIOS);

/** The gateway's way to payments in another process. The channel asks for outcomes as statuses. */
export function grpcPayments(channel: GrpcChannel): Payments {
  const client = createUnaryClient(channel, PaymentService, { idempotent: ['processPayment', 'getPaymentStatus', 'listPayments'] });
  return {
    createIntent: async (command) => {
      const { traceId, idempotencyKey } = command;
      const answer = responseOrRefusal(await client.createPaymentIntent(createRequest(command), { traceId, idempotencyKey }));
      if ('refused' in answer) return answer;
      return { kind: 'created', payment: factsOf(answer.response.payment), replayed: answer.response.replayed };
    },
    process: async ({ paymentIntentId, userId, traceId, idempotencyKey }) => {
      const request = ProcessPaymentRequest.create({ paymentIntentId, userId, idempotencyKey: idempotencyKey ?? '' });
      const answer = responseOrRefusal(await client.processPayment(request, { traceId, idempotencyKey }));
      if ('refused' in answer) return answer;
      return { kind: 'processed', payment: factsOf(answer.response.payment), replayed: answer.response.replayed };
    },
    read: async (paymentIntentId, userId) => {
      const response = found(await client.getPaymentStatus(GetPaymentStatusRequest.create({ paymentIntentId, userId })));
      return response === undefined ? undefined : factsOf(response.payment);
    },
    list: async ({ userId, status, limit }) => {
      const request = ListPaymentsRequest.create({ userId, status: STATUSES.valueOf(status) as WireStatus, pagination: { page: 0, pageSize: limit, cursor: '' } });
      return responseOf(await client.listPayments(request)).payments.map(factsOf);
    },
  };
}

function createRequest({ reservationId, amountMinor, currency, userId, method, scenario, idempotencyKey }: CreatePaymentIntent): CreatePaymentIntentRequest {
  return CreatePaymentIntentRequest.create({
    reservationId,
    amount: { amount: amountMinor, currency },
    userId,
    method: (method === undefined ? 0 : METHODS.valueOf(method)) as WireMethod,
    scenario: SCENARIOS.valueOf(scenario) as WireScenario,
    idempotencyKey,
  });
}

function factsOf(payment: Payment | undefined): PaymentFacts {
  if (payment === undefined) throw new UnexpectedAnswer('an answer without its payment');
  return {
    paymentIntentId: idOf('pay', payment.paymentIntentId),
    reservationId: idOf('rsv', payment.reservationId),
    status: STATUSES.wordOf(payment.status),
    amountMinor: amountOf(payment.amount),
    currency: currencyOf(payment.amount?.currency),
    refundedAmountMinor: amountOf(payment.refundedAmount),
    createdAtMs: instantOf(payment.createdAt),
    updatedAtMs: instantOf(payment.updatedAt),
    expiresAtMs: instantOf(payment.expiresAt),
    processedAtMs: optionalInstant(payment.processedAt),
  };
}
