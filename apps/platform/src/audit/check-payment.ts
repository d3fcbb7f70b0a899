import { keptMinor } from '@traffic-tacos/payment';
import type { Order, Reservation } from '@traffic-tacos/reservation';
import type { Finding } from './breach.ts';
import type { IntentFacts } from './known.ts';

/** I2 and I3 for one order: it is its reservation's, and the payment that it names has paid for it. */
export function checkOrder(order: Order, reservation: Reservation | undefined, intent: IntentFacts | undefined): readonly Finding[] {
  if (reservation === undefined) return [{ kind: 'order_without_reservation', invariant: 'I2', subject: order.id, detail: 'an order without its reservation' }];
  const findings = [...checkItsPayment(order, reservation, intent)];
  if (reservation.paymentIntentId !== order.paymentIntentId) {
    findings.push({ kind: 'order_of_other_payment', invariant: 'I2', subject: order.id, detail: 'an order paid by another intent than its reservation says' });
  }
  return findings;
}

/** What went back in parts lowers what the order is worth as well, so that the captured amount is compared with the whole price. */
function* checkItsPayment(order: Order, { id, userId, totalMinor, currency }: Reservation, intent: IntentFacts | undefined): Generator<Finding> {
  if (intent === undefined) {
    yield { kind: 'order_without_payment', invariant: 'I3', subject: order.id, detail: `its payment ${order.paymentIntentId} does not exist` };
    return;
  }
  if (intent.reservationId !== id || intent.userId !== userId) {
    yield { kind: 'order_paid_by_other', invariant: 'I3', subject: intent.id, detail: `pays for ${order.id}, and is of another user or reservation` };
  }
  if (intent.amountMinor !== totalMinor || intent.currency !== currency) {
    yield { kind: 'order_price_differs', invariant: 'I3', subject: intent.id, detail: `${intent.amountMinor} ${intent.currency} for an order of ${totalMinor} ${currency}` };
  }
  yield* checkItsStatus(order, intent);
}

/** An order stands on a captured payment. Its refund is one entry and the return of its seats another, which follows within the time of I3. */
function* checkItsStatus(order: Order, intent: IntentFacts): Generator<Finding> {
  if (order.status === 'REFUNDED') {
    if (intent.status !== 'REFUNDED') yield { kind: 'refund_not_made', invariant: 'I3', subject: intent.id, detail: `its order is REFUNDED, but the payment is ${intent.status}` };
    return;
  }
  if (intent.status === 'COMPLETED') return;
  const finding = { invariant: 'I3', subject: intent.id, detail: `its order stands, but the payment is ${intent.status}` };
  if (intent.status === 'REFUNDED') yield { ...finding, kind: 'order_refund_not_followed', sinceMs: intent.changedAtMs };
  else yield { ...finding, kind: 'order_not_paid' };
}

/** I3 for one intent and the order of its reservation: what the provider keeps, a live order has been paid with. It becomes one, or goes back, within the time of I3. */
export function checkIntent(intent: IntentFacts, order: Order | undefined): readonly Finding[] {
  const isPaidFor = order?.status === 'CONFIRMED' && order.paymentIntentId === intent.id;
  const kept = keptMinor(intent);
  if (isPaidFor || kept === 0) return [];
  return [{ kind: 'captured_without_order', invariant: 'I3', subject: intent.id, detail: `${kept} ${intent.currency} kept without an order`, sinceMs: intent.changedAtMs }];
}
