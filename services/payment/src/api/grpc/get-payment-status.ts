import type { PaymentService, RequestOf, ResponseOf } from '@traffic-tacos/contracts';
import { parseId, type Limits, type PaymentIntentId } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReadIntent } from '../../application/read-intent.ts';
import { PAYMENT_NOT_FOUND } from '../../errors.ts';
import { paymentMessage } from './payment-messages.ts';

type Rpc = typeof PaymentService.getPaymentStatus;

export const getPaymentStatusRpc = (readIntent: ReadIntent, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ paymentIntentId }, owner) => {
    const invalid = invalidRequest(requiredText('paymentIntentId', paymentIntentId, limits.idChars));
    if (invalid !== undefined) return invalid;
    if (parseId('pay', paymentIntentId) === undefined) return PAYMENT_NOT_FOUND;
    const outcome = await readIntent(owner, paymentIntentId as PaymentIntentId);
    return outcome.kind === 'found' ? { payment: paymentMessage(outcome.intent), error: undefined } : PAYMENT_NOT_FOUND;
  });
