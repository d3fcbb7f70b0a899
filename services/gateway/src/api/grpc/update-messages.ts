import { timestampOf } from '@traffic-tacos/contracts';
import {
  EventType, PaymentEventType, QueueEventType, ReservationEventType, type StreamPaymentUpdatesResponse, type StreamQueueUpdatesResponse,
  type StreamReservationUpdatesResponse,
} from '@traffic-tacos/contracts/proto/gateway/v1/websocket';
import { PaymentStatus as WirePaymentStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { ReservationStatus as WireReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import type { EpochMs } from '@traffic-tacos/kernel';
import type { Update } from '../../application/updates/follow-state.ts';
import type { PaymentFacts, PaymentStatus } from '../../ports/payments.ts';
import type { ReservationFacts, ReservationStatus } from '../../ports/reservations.ts';
import type { PlaceFacts } from '../../ports/waiting-room.ts';
import { WIRE_PAYMENT_STATUS } from './payment-messages.ts';
import { WIRE_STATUS } from './reservation-messages.ts';

const RESERVATION_EVENTS: Readonly<Partial<Record<ReservationStatus, ReservationEventType>>> = {
  CONFIRMED: ReservationEventType.RESERVATION_EVENT_TYPE_CONFIRMED,
  CANCELLED: ReservationEventType.RESERVATION_EVENT_TYPE_CANCELLED,
  EXPIRED: ReservationEventType.RESERVATION_EVENT_TYPE_EXPIRED,
};

const PAYMENT_EVENTS: Readonly<Partial<Record<PaymentStatus, PaymentEventType>>> = {
  PROCESSING: PaymentEventType.PAYMENT_EVENT_TYPE_PROCESSING,
  COMPLETED: PaymentEventType.PAYMENT_EVENT_TYPE_COMPLETED,
  FAILED: PaymentEventType.PAYMENT_EVENT_TYPE_FAILED,
  REFUNDED: PaymentEventType.PAYMENT_EVENT_TYPE_REFUNDED,
};

type Rendered<Facts> = { readonly update: Update<Facts>; readonly traceId: string; readonly nowMs: EpochMs };

/** The first update of a stream shows a state and tells of no event. */
export function reservationUpdate({ update: { kind, facts, before }, traceId, nowMs }: Rendered<ReservationFacts>): StreamReservationUpdatesResponse {
  const isExpiring = kind === 'expiring';
  const happened = before === undefined ? undefined : RESERVATION_EVENTS[facts.status];
  return {
    type: EventType.EVENT_TYPE_RESERVATION_UPDATE,
    reservationUpdate: {
      reservationId: facts.reservationId,
      oldStatus: before === undefined ? WireReservationStatus.RESERVATION_STATUS_UNSPECIFIED : WIRE_STATUS[before.status],
      newStatus: WIRE_STATUS[facts.status],
      holdExpiresAt: facts.status === 'HOLD' ? timestampOf(facts.holdExpiresAtMs) : undefined,
      message: facts.reason ?? '',
      eventType: isExpiring ? ReservationEventType.RESERVATION_EVENT_TYPE_EXPIRING_SOON : (happened ?? ReservationEventType.RESERVATION_EVENT_TYPE_UNSPECIFIED),
    },
    timestamp: timestampOf(nowMs),
    correlationId: traceId,
  };
}

export const paymentUpdate = ({ update: { facts, before }, traceId, nowMs }: Rendered<PaymentFacts>): StreamPaymentUpdatesResponse => ({
  type: EventType.EVENT_TYPE_PAYMENT_UPDATE,
  paymentUpdate: {
    paymentIntentId: facts.paymentIntentId,
    oldStatus: before === undefined ? WirePaymentStatus.PAYMENT_STATUS_UNSPECIFIED : WIRE_PAYMENT_STATUS[before.status],
    newStatus: WIRE_PAYMENT_STATUS[facts.status],
    message: '',
    eventType: before === undefined ? PaymentEventType.PAYMENT_EVENT_TYPE_UNSPECIFIED : (PAYMENT_EVENTS[facts.status] ?? PaymentEventType.PAYMENT_EVENT_TYPE_UNSPECIFIED),
  },
  timestamp: timestampOf(nowMs),
  correlationId: traceId,
});

export const queueUpdate = (waitingToken: string, { update: { facts, before }, traceId, nowMs }: Rendered<PlaceFacts>): StreamQueueUpdatesResponse => ({
  type: EventType.EVENT_TYPE_QUEUE_UPDATE,
  queueUpdate: {
    waitingToken,
    position: facts.position ?? 0,
    etaSeconds: facts.etaSec ?? 0,
    eventType: queueEvent(facts, before),
    admissionReady: facts.status === 'ready',
    expiresAt: timestampOf(facts.leaseEndsAtMs),
  },
  systemUpdate: undefined,
  timestamp: timestampOf(nowMs),
  correlationId: traceId,
});

function queueEvent({ status, reason }: PlaceFacts, before: PlaceFacts | undefined): QueueEventType {
  if (before === undefined) return QueueEventType.QUEUE_EVENT_TYPE_UNSPECIFIED;
  if (status === 'ready') return QueueEventType.QUEUE_EVENT_TYPE_ADMISSION_READY;
  if (status !== 'waiting') return status === 'admitted' ? QueueEventType.QUEUE_EVENT_TYPE_UNSPECIFIED : QueueEventType.QUEUE_EVENT_TYPE_TOKEN_EXPIRED;
  if (reason === 'paused') return QueueEventType.QUEUE_EVENT_TYPE_QUEUE_PAUSED;
  return before.reason === 'paused' ? QueueEventType.QUEUE_EVENT_TYPE_QUEUE_RESUMED : QueueEventType.QUEUE_EVENT_TYPE_POSITION_CHANGED;
}
