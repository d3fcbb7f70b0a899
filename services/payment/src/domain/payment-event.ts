import { isoInstant, type BusEvent } from '@traffic-tacos/kernel';
import type { Intent } from './intent.ts';
import { cancellationFact, factsOf, type PaymentFact } from './payment-fact.ts';

/** Of the facts below: a new one may come without a new version. */
const SCHEMA_VERSION = 1;

/** The events of every fact that the image is the first to show, oldest first (interfaces.md, section 6). */
export const paymentEvents = (image: Intent): readonly BusEvent[] => factsOf(image).map((fact) => paymentEvent(fact, image));

/** That an intent was cancelled, which is its last image and its only event: no money has moved. */
export const cancellationEvent = (image: Intent): BusEvent => paymentEvent(cancellationFact(image), image);

const paymentEvent = (fact: Omit<PaymentFact, 'type'> & { readonly type: string }, { eventId }: Intent): BusEvent => ({
  source: 'payment.service',
  detailType: 'Payment Status Updated',
  detail: {
    id: fact.id,
    type: fact.type,
    version: SCHEMA_VERSION,
    sequence: fact.sequence,
    occurred_at: isoInstant(fact.occurredAtMs),
    trace_id: fact.traceId,
    status: fact.status,
    reservation_id: fact.reservationId,
    event_id: eventId,
    user_id: fact.userId,
    payment_intent_id: fact.intentId,
    amount: fact.amountMinor,
    currency: fact.currency,
    refunded_amount: fact.refundedMinor,
  },
});
