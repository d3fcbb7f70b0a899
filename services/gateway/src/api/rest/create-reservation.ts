import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import { invalid, isRefusal } from '../../errors.ts';
import type { Reservations } from '../../ports/reservations.ts';
import { callerOf, keyOf, optionalNumber, optionalText, optionalTexts, text } from './fields.ts';
import { reply } from './reply.ts';
import { heldView } from './reservation-views.ts';

const TOKEN_CHARACTERS = 4096;

export type CreateReservationLimits = Pick<Limits, 'idChars' | 'seatsPerHold'>;

/** `POST /api/v1/reservations`. */
export function createReservationRoute(reservations: Reservations, limits: CreateReservationLimits): Route {
  return {
    method: 'POST',
    path: '/api/v1/reservations',
    access: 'user',
    idempotency: 'required',
    summary: 'Hold seats, or places of a section or pool',
    body: fieldsOf(limits),
    handle: (request) => handle(reservations, request),
  };
}

function fieldsOf({ idChars, seatsPerHold }: CreateReservationLimits): Fields {
  const id = { type: 'string', minLength: 1, maxLength: idChars };
  return {
    eventId: { schema: id, required: true },
    seatIds: { schema: { type: 'array', items: id, minItems: 1, maxItems: seatsPerHold, uniqueItems: true } },
    quantity: { schema: { type: 'integer', minimum: 1, maximum: seatsPerHold }, aliases: ['qty'] },
    section: { schema: id },
    reservationToken: { schema: { type: 'string', minLength: 1, maxLength: TOKEN_CHARACTERS } },
  };
}

async function handle(reservations: Reservations, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const { body } = request;
  const seatIds = optionalTexts(body, 'seatIds');
  const quantity = optionalNumber(body, 'quantity') ?? seatIds?.length;
  if (quantity === undefined) return invalid('quantity', 'say how many places, or name them in seat_ids');
  if (seatIds !== undefined && seatIds.length !== quantity) {
    return invalid('quantity', `asks for ${quantity}, but seat_ids names ${seatIds.length}`);
  }
  const answer = await reservations.create({
    userId: callerOf(request).userId,
    traceId: request.traceId,
    idempotencyKey: keyOf(request),
    eventId: text(body, 'eventId'),
    seatIds,
    quantity,
    section: optionalText(body, 'section'),
    reservationToken: optionalText(body, 'reservationToken'),
  });
  return isRefusal(answer) ? answer : reply(201, heldView(answer.reservation), answer.replayed);
}
