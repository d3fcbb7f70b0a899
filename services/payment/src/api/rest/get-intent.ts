import type { Route } from '@traffic-tacos/kit';
import type { ReadIntent } from '../../application/read-intent.ts';
import { PAYMENT_NOT_FOUND } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { callerId, intentIdOf } from './fields.ts';
import { intentView } from './intent-view.ts';

export function getIntentRoute(readIntent: ReadIntent): Route {
  return {
    method: 'GET',
    path: '/v1/payments/intents/:id',
    access: 'user',
    summary: 'One payment intent of one’s own, as it is now',
    answers: { 200: ANSWERS.payment },
    refusals: ['PAYMENT_NOT_FOUND'],
    handle: async (request) => {
      const intentId = intentIdOf(request);
      if (intentId === undefined) return PAYMENT_NOT_FOUND;
      const outcome = await readIntent(callerId(request), intentId);
      return outcome.kind === 'found' ? { status: 200, body: intentView(outcome.intent) } : PAYMENT_NOT_FOUND;
    },
  };
}
