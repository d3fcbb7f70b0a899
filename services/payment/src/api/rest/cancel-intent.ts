import type { Route } from '@traffic-tacos/kit';
import type { CancelIntent } from '../../application/cancel-intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { callerId, intentIdOf } from './fields.ts';
import { cancelView } from './intent-view.ts';

export function cancelIntentRoute(cancelIntent: CancelIntent): Route {
  return {
    method: 'POST',
    path: '/v1/payments/intents/:id/cancel',
    access: 'user',
    completesPurchase: true,
    summary: 'Give a payment intent up before its result',
    answers: { 200: ANSWERS.cancelled },
    refusals: ['PAYMENT_NOT_FOUND', 'PAYMENT_ALREADY_ENDED'],
    handle: async (request) => {
      const intentId = intentIdOf(request);
      if (intentId === undefined) return PAYMENT_NOT_FOUND;
      const outcome = await cancelIntent({ userId: callerId(request), intentId });
      return outcome.kind === 'cancelled' ? { status: 200, body: cancelView(outcome.intent) } : refusalOf(outcome);
    },
  };
}
