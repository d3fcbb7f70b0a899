import type { EdgeRequest, Fields, Route } from '@traffic-tacos/kit';
import { present } from '@traffic-tacos/kernel';
import type { CreateIntent } from '../../application/create-intent.ts';
import { PAYMENT_METHODS } from '../../domain/intent.ts';
import { SCENARIOS } from '../../domain/scenario.ts';
import { refusalOf, refuseReceiver } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { AMOUNT_SCHEMA, callerId, CURRENCY_SCHEMA, oneOf, optionalText, optionalWord, text, wholeNumber } from './fields.ts';
import { createdView } from './intent-view.ts';
import { REPLAYED } from './replayed.ts';

/** Card details are not among the fields, so nothing reads them. */
const FIELDS: Fields = {
  reservationId: { schema: { type: 'string', minLength: 1, maxLength: 128 }, required: true },
  amount: { schema: AMOUNT_SCHEMA, required: true },
  currency: { schema: CURRENCY_SCHEMA, required: true },
  scenario: oneOf(SCENARIOS),
  method: oneOf(PAYMENT_METHODS),
  webhookUrl: { schema: { type: 'string', maxLength: 2_048 } },
};

const REFUSALS = [
  'IDEMPOTENCY_CONFLICT', 'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED',
  'INVALID_REQUEST', 'FORBIDDEN', 'RATE_LIMITED', 'UPSTREAM_TIMEOUT',
];

/** Makes an intent: 201 with what never changes of it. Its settlement has started. */
export function createIntentRoute(createIntent: CreateIntent): Route {
  return {
    method: 'POST',
    path: '/v1/payments/intents',
    access: 'user',
    completesPurchase: true,
    idempotency: 'required',
    summary: 'Make a payment intent for a held reservation of one’s own',
    body: FIELDS,
    answers: { 201: ANSWERS.created },
    refusals: REFUSALS,
    handle: async (request) => {
      const { body, traceId } = request;
      const webhookUrl = optionalText(body, 'webhookUrl');
      const refusal = refuseReceiver(webhookUrl, mayChooseReceiver(request));
      if (refusal !== undefined) return refusal;
      const outcome = await createIntent({
        userId: callerId(request),
        traceId,
        idempotencyKey: present(request.idempotencyKey, 'the route demands a key'),
        reservationId: text(body, 'reservationId'),
        amountMinor: wholeNumber(body, 'amount'),
        currency: text(body, 'currency'),
        scenario: optionalWord(body, 'scenario', SCENARIOS) ?? 'APPROVE',
        method: optionalWord(body, 'method', PAYMENT_METHODS),
        webhookUrl,
      });
      switch (outcome.kind) {
        case 'created':
          return { status: 201, body: createdView(outcome.intent) };
        case 'replayed':
          return { status: 201, body: createdView(outcome.intent), headers: REPLAYED };
        default:
          return refusalOf(outcome);
      }
    },
  };
}

const mayChooseReceiver = ({ caller }: EdgeRequest): boolean => caller !== undefined && (caller.roles.includes('admin') || caller.roles.includes('service'));
