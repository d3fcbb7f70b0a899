import type { HoldState } from '@traffic-tacos/inventory';
import type { IntentStatus, WebhookDelivery } from '@traffic-tacos/payment';
import type { PlaceStatus } from '@traffic-tacos/queue';
import type { OrderStatus, ReservationStatus } from '@traffic-tacos/reservation';
import type { WorkerMessage } from '@traffic-tacos/worker';
import type { DifferenceKind } from '../audit/difference.ts';

/** What every state has: somebody who sees to it, and an instant at which they do. */
export interface StateFacts {
  /** Who acts when the instant comes. */
  readonly owner: string;
  /** When the state ends by itself, or why it may last. */
  readonly timer: string;
  /** What the reconciler finds where that has not happened. */
  readonly nets: readonly DifferenceKind[];
}

const state = (owner: string, timer: string, ...nets: readonly DifferenceKind[]): StateFacts => ({ owner, timer, nets });
const final = (...nets: readonly DifferenceKind[]): StateFacts => state('nobody', 'final', ...nets);
/** Ended, but for a payment that is captured late. */
const untilLatePayment = state('whoever follows a captured payment', 'final, unless a payment for it is captured late: then within 5 s', 'captured_without_order');

type StatesOf<State extends string> = Readonly<Record<State, StateFacts>>;

/** Every state of every record that has states. A state that is missing here does not compile. */
export const STATES: {
  readonly reservation: StatesOf<ReservationStatus>;
  readonly hold: StatesOf<HoldState>;
  readonly order: StatesOf<OrderStatus>;
  readonly 'payment intent': StatesOf<IntentStatus>;
  readonly webhook: StatesOf<WebhookDelivery['state']>;
  readonly 'worker message': StatesOf<WorkerMessage['state']>;
  readonly 'place in a waiting room': StatesOf<PlaceStatus>;
} = {
  reservation: {
    HOLD: state('the expiry timer', 'its hold’s instant, 60 s after it was made unless extended', 'expiry_overdue', 'hold_extended_under_reservation', 'hold_released_under_reservation', 'sold_without_order', 'failure_not_followed'),
    CONFIRMED: state('its buyer', 'lasts; a full refund of its payment ends it within 5 s', 'order_refund_not_followed', 'returned_under_order'),
    CANCELLED: state('whoever follows a captured payment', 'final; a payment that is captured for it goes back within 5 s', 'captured_without_order'),
    EXPIRED: untilLatePayment,
    FAILED: untilLatePayment,
    REFUNDED: final('refund_not_made'),
  },
  hold: {
    held: state('the expiry timer, or the sweeper of holds that stand alone', 'its instant; from then on it is over for everybody', 'expiry_overdue'),
    committed: state('its order', 'lasts as long as the order', 'sold_without_order'),
    released: untilLatePayment,
    expired: untilLatePayment,
    returned: final('returned_under_order'),
  },
  order: {
    CONFIRMED: state('its buyer', 'lasts; a full refund of its payment ends it within 5 s', 'order_refund_not_followed', 'returned_under_order'),
    REFUNDED: final('refund_not_made'),
  },
  'payment intent': {
    PENDING: state('the settlement timer', 'its planned result, or its expiry 15 minutes after it was made', 'settlement_overdue'),
    PROCESSING: state('the settlement timer', 'its planned result, or its expiry 15 minutes after it was made', 'settlement_overdue'),
    COMPLETED: state('whoever follows a captured payment', 'lasts with its order, which is made within 5 s; otherwise it goes back within 5 s', 'captured_without_order', 'refund_not_made'),
    FAILED: state('whoever follows a failed payment', 'final; under PAYMENT_FAILED_POLICY=release its hold ends within 5 s', 'failure_not_followed'),
    CANCELLED: final(),
    EXPIRED: final(),
    REFUNDED: final('order_refund_not_followed'),
  },
  webhook: {
    queued: state('the sender of webhooks', 'its next attempt; about 16 hours after the first it is dead'),
    dead: state('an operator', 'lasts, counted in payment_webhooks_total, until it is replayed or thrown out by newer ones'),
    done: final(),
  },
  'worker message': {
    queued: state('the worker', 'its next attempt, at most 16 s away; after five failures it is dead', 'outbox_overdue'),
    dead: state('an operator', 'lasts, counted in worker_events_total, until it is replayed or thrown out by newer ones'),
    done: final(),
  },
  'place in a waiting room': {
    waiting: state('the tick of the room', 'its turn, or the end of its lease when its owner has gone'),
    ready: state('the tick of the room', 'the 10 s in which it may be claimed, and then the end of its lease'),
    admitted: state('the tick of the room', 'the end of its token after 300 s, or of the hold that was made with it'),
    expired: final(),
    left: final(),
    closed: final(),
  },
};
