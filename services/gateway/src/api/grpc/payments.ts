import { timestampOf, type GatewayService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { isCurrencyCode, parseId, type Limits, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { forUser, invalidRequest, knownWord, refuse, requiredText, type Detail, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { Payments } from '../../ports/payments.ts';
import { METHOD_OF_WIRE, paymentMessage, SCENARIO_OF_WIRE, WIRE_PAYMENT_STATUS } from './payment-messages.ts';

type Create = typeof GatewayService.createPaymentIntent;
type Get = typeof GatewayService.getPaymentStatus;

const NO_RESERVATION: Refusal = REFUSALS.reservationNotFound;
const NO_PAYMENT: Refusal = REFUSALS.paymentNotFound;
/** Receivers of their own are chosen where the payment service is called. */
const NO_RECEIVER = refuse('INVALID_REQUEST', { details: [{ field: 'webhookUrl', reason: 'is taken by payment.v1.PaymentService only' }] });

export const createPaymentIntentRpc = (payments: Payments, limits: Limits): UnaryHandler<RequestOf<Create>, ResponseOf<Create>> =>
  forUser(limits, async (request, userId, { traceId, idempotencyKey }) => {
    const invalid = checkRequest(request, limits);
    if (invalid !== undefined) return invalid;
    const { reservationId, amount, scenario, method } = request;
    if (parseId('rsv', reservationId) === undefined) return NO_RESERVATION;
    const answer = await payments.createIntent({
      userId,
      traceId,
      // Under GRPC_AUTH=network it may be missing: such a call is not deduplicated.
      idempotencyKey: idempotencyKey ?? traceId,
      reservationId: reservationId as ReservationId,
      amountMinor: amount?.amount ?? 0,
      currency: amount?.currency ?? '',
      scenario: SCENARIO_OF_WIRE.get(scenario) ?? 'APPROVE',
      method: METHOD_OF_WIRE.get(method),
    });
    if (isRefusal(answer)) return answer;
    const { payment } = answer;
    return {
      paymentIntentId: payment.paymentIntentId,
      status: WIRE_PAYMENT_STATUS[payment.status],
      clientSecret: '',
      paymentUrl: '',
      expiresAt: timestampOf(payment.expiresAtMs),
      error: undefined,
    };
  });

export const getPaymentStatusRpc = (payments: Payments, limits: Limits): UnaryHandler<RequestOf<Get>, ResponseOf<Get>> =>
  forUser(limits, async ({ paymentIntentId }, owner) => {
    const invalid = invalidRequest(requiredText('paymentIntentId', paymentIntentId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const isId = parseId('pay', paymentIntentId) !== undefined;
    const found = isId ? await payments.read(paymentIntentId as PaymentIntentId, owner) : undefined;
    return found === undefined ? NO_PAYMENT : { payment: paymentMessage(found, owner), error: undefined };
  });

function checkRequest({ reservationId, amount, scenario, method, webhookUrl }: RequestOf<Create>, { idChars }: Limits): Refusal | undefined {
  if (webhookUrl !== '') return NO_RECEIVER;
  return invalidRequest(
    requiredText('reservationId', reservationId, idChars),
    ...checkAmount(amount),
    scenario === 0 ? undefined : knownWord('scenario', SCENARIO_OF_WIRE.get(scenario)),
    method === 0 ? undefined : knownWord('method', METHOD_OF_WIRE.get(method)),
  );
}

function checkAmount(amount: RequestOf<Create>['amount']): readonly (Detail | undefined)[] {
  if (amount === undefined) return [{ field: 'amount', reason: 'is required' }];
  return [
    amount.amount < 0 ? { field: 'amount.amount', reason: 'must be at least 0' } : undefined,
    isCurrencyCode(amount.currency) ? undefined : { field: 'amount.currency', reason: 'must be three capital letters' },
  ];
}
