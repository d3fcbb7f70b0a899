import type { Route } from '@traffic-tacos/kit';
import type { ProcessIntent } from '../../application/process-intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { callerId, intentIdOf } from './fields.ts';
import { resultView } from './intent-view.ts';
import { REPLAYED } from './replayed.ts';

/** Hurries an intent. The route names no fields: card details in the body are not looked at. */
export function processIntentRoute(processIntent: ProcessIntent): Route {
  return {
    method: 'POST',
    path: '/v1/payments/intents/:id/process',
    access: 'user',
    completesPurchase: true,
    idempotency: 'optional',
    summary: 'Hurry the settlement of a payment intent; its result is drawn already',
    answers: { 200: ANSWERS.processed },
    refusals: ['PAYMENT_NOT_FOUND'],
    handle: async (request) => {
      const intentId = intentIdOf(request);
      if (intentId === undefined) return PAYMENT_NOT_FOUND;
      const outcome = await processIntent({ userId: callerId(request), intentId, idempotencyKey: request.idempotencyKey });
      switch (outcome.kind) {
        case 'processed':
          return { status: 200, body: resultView(outcome.intent) };
        case 'replayed':
          return { status: 200, body: resultView(outcome.intent), headers: REPLAYED };
        default:
          return refusalOf(outcome);
      }
    },
  };
}
