import type { Intent } from '@traffic-tacos/payment';
import type { Order } from '@traffic-tacos/reservation';

/** Whether something is still to follow from an intent, by a look at its order. What follows, the worker has from the event. */
export function isLeftBehind(intent: Intent, order: Order | undefined): boolean {
  const isItsOrder = order?.paymentIntentId === intent.id;
  switch (intent.status) {
    case 'COMPLETED':
      return !isItsOrder;
    case 'REFUNDED':
      return isItsOrder && order.status === 'CONFIRMED';
    default:
      return false;
  }
}
