import { isoInstant, type EpochMs, type ReservationId } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { cancelReservation } from '../../application/cancel-reservation.ts';
import { confirmReservation } from '../../application/confirm-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { expireOne } from '../../application/expire-due.ts';
import { readReservation } from '../../application/read-reservations.ts';
import { statusAt, type Reservation, type ReservationStatus } from '../../domain/reservation.ts';
import { refusalOf } from '../../errors.ts';
import { reservationView } from '../views.ts';
import { ANSWERS, SEATS_APART } from './answers.ts';
import { STATUS_FIELD } from './status-field.ts';
import { NO_INTENT } from './target.ts';

const NOT_FOUND: Refusal = { refused: 'RESERVATION_NOT_FOUND' };
const PATH = '/internal/reservations/:id';

/** What other services may do with a reservation, by their own credential and without being its owner. */
export function internalRoutes(context: ReservationContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: PATH,
      access: 'service',
      summary: 'Any reservation, for services',
      answers: { 200: ANSWERS.reservation },
      refusals: ['RESERVATION_NOT_FOUND'],
      handle: ({ params }) => show(context, params['id'] ?? ''),
    },
    {
      method: 'PATCH',
      path: PATH,
      access: 'service',
      summary: "Take a reservation to a state by the public routes' decisions",
      body: { status: { ...STATUS_FIELD, required: true } },
      answers: { 200: ANSWERS.reservation },
      refusals: CHANGE_REFUSALS,
      handle: (request) => change(context, request),
    },
  ];
}

const CHANGE_REFUSALS = [
  'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED', 'INVALID_REQUEST',
  'PAYMENT_NOT_APPROVED', 'SEAT_UNAVAILABLE', ...SEATS_APART,
];

async function show(context: ReservationContext, id: string): Promise<EdgeReply | Refusal> {
  const found = await readReservation(context, id, undefined);
  return found === undefined ? NOT_FOUND : { status: 200, body: reservationView(found, context.clock.nowMs()) };
}

/**
 * A state reached already answers 200; CONFIRMED needs a captured payment of this reservation, which is looked for. A hold that is over
 * reads EXPIRED, but is released only by the decision, so a wake-up is never answered from the reading alone.
 */
async function change(context: ReservationContext, { params, body, traceId }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const id = params['id'] ?? '';
  const found = await readReservation(context, id, undefined);
  if (found === undefined) return NOT_FOUND;
  const wanted = body['status'] as ReservationStatus;
  const isReached = found.status === wanted && statusAt(found, context.clock.nowMs()) === wanted;
  const refusal = isReached ? undefined : await decide(context, found.id, wanted, traceId);
  return refusal ?? show(context, id);
}

async function decide(context: ReservationContext, reservationId: ReservationId, wanted: ReservationStatus, traceId: string): Promise<Refusal | undefined> {
  const facts = { reservationId, userId: undefined, traceId, idempotencyKey: undefined };
  switch (wanted) {
    case 'CONFIRMED': {
      const paymentIntentId = (await context.payments.findCaptured(reservationId)) ?? NO_INTENT;
      const outcome = await confirmReservation(context, { ...facts, paymentIntentId });
      return outcome.kind === 'confirmed' ? undefined : refusalOf(outcome);
    }
    case 'CANCELLED': {
      const outcome = await cancelReservation(context, facts);
      return outcome.kind === 'cancelled' ? undefined : refusalOf(outcome);
    }
    case 'EXPIRED':
      return expire(context, reservationId, traceId);
    case 'HOLD':
    case 'FAILED':
    case 'REFUNDED':
      return { refused: 'INVALID_REQUEST', details: [{ field: 'status', reason: `${wanted} cannot be asked for: ${WAY_TO[wanted]}` }] };
  }
}

const WAY_TO: Readonly<Record<'HOLD' | 'FAILED' | 'REFUNDED', string>> = {
  HOLD: 'a reservation begins with it, and it never comes back',
  FAILED: 'it follows from a payment that failed, or that came when the seats were gone',
  REFUNDED: 'it follows from a full refund of the payment',
};

async function expire(context: ReservationContext, reservationId: ReservationId, traceId: string): Promise<Refusal | undefined> {
  const { kind } = await expireOne(context, reservationId, traceId);
  if (kind === 'expired') return undefined;
  if (kind === 'reservation_not_found') return NOT_FOUND;
  const found = await readReservation(context, reservationId, undefined);
  if (found === undefined) return NOT_FOUND;
  return kind === 'not_due' ? stillHeld(found, context.clock.nowMs()) : ENDED[found.status];
}

/** A hold never ends early: its seats are unavailable until its instant, also to a wake-up that comes before it. */
const stillHeld = ({ holdExpiresAtMs }: Reservation, nowMs: EpochMs): Refusal => ({
  refused: 'SEAT_UNAVAILABLE',
  details: [{ field: 'status', reason: `the seats are held until ${isoInstant(holdExpiresAtMs)}` }],
  retryAfterSeconds: Math.max(1, Math.ceil((holdExpiresAtMs - nowMs) / 1000)),
});

/** What a reservation that is no hold any more says to a wake-up. */
const ENDED: Readonly<Record<ReservationStatus, Refusal | undefined>> = {
  HOLD: undefined,
  EXPIRED: undefined,
  CONFIRMED: { refused: 'RESERVATION_ALREADY_CONFIRMED' },
  REFUNDED: { refused: 'RESERVATION_ALREADY_CONFIRMED' },
  CANCELLED: { refused: 'RESERVATION_ALREADY_CANCELLED' },
  FAILED: { refused: 'RESERVATION_EXPIRED' },
};
