import { AMOUNT, count, CURRENCY, idText, INSTANT, listOf, optional, shape, text, word, type RouteAnswer } from '@traffic-tacos/kit';
import { PAYMENT_METHODS } from '../../domain/intent.ts';
import { INTENT_STATUSES } from '../../domain/intent-states.ts';
import { SCENARIOS } from '../../domain/scenario.ts';

/** The shapes of answers, as `intent-view.ts` fills them. */
const PAYMENT_ID = idText('pay');
const OF_RESERVATION = { reservationId: idText('rsv') };
const STATUS = word(...INTENT_STATUSES);
const MONEY = { amount: AMOUNT, currency: CURRENCY };
const ASKED = { scenario: word(...SCENARIOS), method: optional(word(...PAYMENT_METHODS)) };

const CREATED = shape('CreatedPayment', {
  paymentIntentId: PAYMENT_ID, status: word('PENDING'), ...MONEY, ...OF_RESERVATION, ...ASKED, createdAt: INSTANT, expiresAt: INSTANT,
});

const RESULT = {
  paymentIntentId: PAYMENT_ID,
  paymentId: PAYMENT_ID,
  ...OF_RESERVATION,
  status: STATUS,
  ...MONEY,
  refundedAmount: AMOUNT,
  processedAt: optional(INSTANT),
  failureReason: optional(word('DECLINED')),
};

const PAYMENT = shape('Payment', { ...RESULT, ...ASKED, createdAt: INSTANT, updatedAt: INSTANT, expiresAt: INSTANT });

const REFUNDED = shape('RefundedPayment', {
  paymentIntentId: PAYMENT_ID, paymentId: PAYMENT_ID, refundId: text(), ...OF_RESERVATION, status: STATUS, ...MONEY, refundedAmount: AMOUNT,
});

const CANCELLED = shape('CancelledPayment', { paymentIntentId: PAYMENT_ID, ...OF_RESERVATION, status: STATUS, cancelledAt: INSTANT });

const PAGE = shape('Payments', { payments: listOf(PAYMENT), nextCursor: optional(text(undefined, 'The cursor of the next page, while there is more.')) });

const SIMULATED = shape('SimulatedWebhook', {
  paymentIntentId: PAYMENT_ID, status: STATUS, webhookSent: { type: 'boolean' }, webhookId: optional(text()), scheduledAt: optional(INSTANT),
});

const DEAD_LETTERS = shape('DeadWebhooks', {
  webhooks: listOf(shape('DeadWebhook', {
    webhookId: text(), url: optional(text(undefined, 'Left out for the platform’s own receiver.')), attempts: count(), reason: text('answered 500'), givenUpAt: INSTANT, body: text(),
  })),
  nextCursor: optional(text(undefined, 'The cursor of the next page, while there is more.')),
});

/** What tells a repetition from the first answer. */
const REPLAYED = { 'Idempotency-Replayed': '`true` where the key was seen before.' };

/** What each route grants. */
export const ANSWERS = {
  created: { description: 'There is an intent. The same for every repetition with the key.', body: CREATED, headers: REPLAYED },
  payment: { description: 'The intent as it is now.', body: PAYMENT },
  payments: { description: 'A page.', body: PAGE },
  processed: { description: 'The status that was met or reached, and the result when there is one.', body: shape('PaymentResult', RESULT), headers: REPLAYED },
  refunded: { description: 'The money has gone back.', body: REFUNDED, headers: REPLAYED },
  simulated: { description: 'The intent is there; when its webhook is sent.', body: SIMULATED },
  deadLetters: { description: 'A page.', body: DEAD_LETTERS },
  replayedWebhook: { description: 'It is queued again.', body: shape('QueuedWebhook', { webhookId: text() }) },
  cancelled: { description: 'The intent is given up, now or before.', body: CANCELLED },
} as const satisfies Readonly<Record<string, RouteAnswer>>;
