import { parseId, type ReservationId } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { cancelReservation } from '../../application/cancel-reservation.ts';
import { confirmReservation } from '../../application/confirm-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { expireOne } from '../../application/expire-due.ts';
import { readReservation } from '../../application/read-reservations.ts';
import { statusAt } from '../../domain/reservation.ts';
import { refusalOf } from '../../errors.ts';
import { reservationView } from '../views.ts';

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
      handle: ({ params }) => show(context, params['id'] ?? ''),
    },
    {
      method: 'PATCH',
      path: PATH,
      access: 'service',
      summary: "Take a reservation to a state by the public routes' decisions",
      body: { status: { schema: { type: 'string', enum: ['CONFIRMED', 'CANCELLED', 'EXPIRED'] }, required: true } },
      handle: (request) => change(context, request),
    },
  ];
}

async function show(context: ReservationContext, id: string): Promise<EdgeReply | Refusal> {
  const found = await readReservation(context, id, undefined);
  return found === undefined ? NOT_FOUND : { status: 200, body: reservationView(found, context.clock.nowMs()) };
}

/** A state reached already answers 200; CONFIRMED needs a captured payment of this reservation, which is looked for. */
async function change(context: ReservationContext, { params, body, traceId }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const id = params['id'] ?? '';
  const found = await readReservation(context, id, undefined);
  if (found === undefined || parseId('rsv', id) === undefined) return NOT_FOUND;
  if (statusAt(found, context.clock.nowMs()) === body['status']) return show(context, id);
  const refusal = await decide(context, found.id, String(body['status']), traceId);
  return refusal ?? show(context, id);
}

async function decide(context: ReservationContext, reservationId: ReservationId, status: string, traceId: string): Promise<Refusal | undefined> {
  const facts = { reservationId, userId: undefined, traceId, idempotencyKey: undefined };
  if (status === 'CANCELLED') {
    const outcome = await cancelReservation(context, facts);
    return outcome.kind === 'cancelled' ? undefined : refusalOf(outcome);
  }
  if (status === 'EXPIRED') {
    const outcome = await expireOne(context, reservationId, traceId);
    return outcome.kind === 'expired' ? undefined : { refused: 'INVALID_REQUEST', details: [{ field: 'status', reason: 'the hold is not over' }] };
  }
  const paymentIntentId = await context.payments.findCaptured(reservationId);
  if (paymentIntentId === undefined) return { refused: 'PAYMENT_NOT_APPROVED' };
  const outcome = await confirmReservation(context, { ...facts, paymentIntentId });
  return outcome.kind === 'confirmed' ? undefined : refusalOf(outcome);
}
