import type { PaymentService, RequestOf, ResponseOf } from '@traffic-tacos/contracts';
import { parseId, type Limits, type PaymentIntentId } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import type { ProcessIntent } from '../../application/process-intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import { checkPaymentDetails } from './payment-details.ts';
import { paymentMessage, resultFields, WIRE_STATUS } from './payment-messages.ts';

type Rpc = typeof PaymentService.processPayment;

/** How it is paid is looked at here and goes no further. What is given up or over cannot be hurried any more. */
export const processPaymentRpc = (processIntent: ProcessIntent, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ paymentIntentId, paymentDetails }, userId, { idempotencyKey }) => {
    const invalid = invalidRequest(requiredText('paymentIntentId', paymentIntentId, limits.idChars), ...checkPaymentDetails(paymentDetails));
    if (invalid !== undefined) return invalid;
    if (parseId('pay', paymentIntentId) === undefined) return PAYMENT_NOT_FOUND;
    const outcome = await processIntent({ userId, intentId: paymentIntentId as PaymentIntentId, idempotencyKey });
    if (outcome.kind !== 'processed' && outcome.kind !== 'replayed') return refusalOf(outcome);
    const { intent } = outcome;
    const { status } = intent;
    if (status === 'CANCELLED' || status === 'EXPIRED') return refusalOf({ kind: 'already_ended', status });
    return {
      paymentId: intent.id,
      status: WIRE_STATUS[status],
      ...resultFields(intent),
      error: undefined,
      payment: paymentMessage(intent),
      replayed: outcome.kind === 'replayed',
    };
  });
