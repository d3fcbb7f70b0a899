import { isoInstant } from '@traffic-tacos/kernel';
import type { EdgeRequest, PushEvent, PushStream, RouteAnswer } from '@traffic-tacos/kit';
import type { Update, UpdateSink } from '../../application/updates/follow-state.ts';
import { isOver } from '../../application/updates/updates.ts';
import type { PaymentFacts } from '../../ports/payments.ts';
import type { ReservationFacts } from '../../ports/reservations.ts';
import type { PlaceFacts } from '../../ports/waiting-room.ts';
import { paymentView } from '../rest/payment-views.ts';
import { reservationView } from '../rest/reservation-views.ts';

/** What each route with a stream grants. */
export const EVENT_STREAM = {
  200: { description: 'The stream. Each event has the id of the state that it shows; `Last-Event-ID` says which one was seen.', contentType: 'text/event-stream' },
  204: { description: 'The state that was seen is the last one: there is nothing to come back for.' },
} as const satisfies Readonly<Record<number, RouteAnswer>>;

/** What the client says that it has seen. Whatever it sends is compared, and means nothing otherwise. */
export const seenIn = (request: EdgeRequest): string | undefined => request.header('last-event-id');

/** Fills a stream with updates, each rendered as an event. */
export const pushed = <Facts>(stream: PushStream, eventOf: (update: Update<Facts>) => PushEvent): UpdateSink<Facts> => ({
  update: (update) => stream.send(eventOf(update)),
  end: (reason) => stream.end(reason),
  onTick: (listener) => stream.onTick(listener),
  onEnd: (listener) => stream.onEnd(listener),
});

/** The same facts as `GET /api/v1/reservations/{id}`. A warning names no state: none has come. */
export const reservationEvent = ({ kind, stateId, facts }: Update<ReservationFacts>): PushEvent =>
  kind === 'status'
    ? { id: stateId, name: 'status', data: reservationView(facts) }
    : { name: 'expiring', data: { reservationId: facts.reservationId, holdExpiresAt: isoInstant(facts.holdExpiresAtMs) } };

/** The same facts as `GET /api/v1/payments/{id}/status`. */
export const paymentEvent = ({ stateId, facts }: Update<PaymentFacts>): PushEvent => ({ id: stateId, name: 'status', data: paymentView(facts) });

/**
 * The same facts as `GET /api/v1/queue/status`, under the name of what has happened: `position` while waiting, `ready`, `admitted`. A place that is over is told
 * of with the end of the stream.
 */
export const pushedPlace = (stream: PushStream): UpdateSink<PlaceFacts> => ({
  ...pushed(stream, placeEvent),
  update: (update) => {
    if (isOver(update.facts)) stream.end('final', lastOf(update));
    else stream.send(placeEvent(update));
  },
});

const placeEvent = ({ stateId, facts }: Update<PlaceFacts>): PushEvent => ({ id: stateId, name: facts.status === 'waiting' ? 'position' : facts.status, data: facts.view });

const lastOf = ({ stateId, facts }: Update<PlaceFacts>) => ({ id: stateId, data: { ...facts.view, reason: facts.reason ?? facts.status } });
