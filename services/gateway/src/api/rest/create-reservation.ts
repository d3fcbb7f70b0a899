import { present, type Limits } from '@traffic-tacos/kernel';
import type { Detail, EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import { isRefusal } from '../../errors.ts';
import type { Reservations } from '../../ports/reservations.ts';
import { ANSWERS, APART } from './answers.ts';
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
    check: checkTogether,
    answers: { 201: ANSWERS.held },
    refusals: CODES,
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
    split: { schema: { type: 'boolean' } },
    reservationToken: { schema: { type: 'string', minLength: 1, maxLength: TOKEN_CHARACTERS } },
  };
}

const CODES = [
  'IDEMPOTENCY_CONFLICT', 'EVENT_NOT_FOUND', 'SEAT_NOT_FOUND', 'INVALID_REQUEST', 'SALE_NOT_OPEN', 'FORBIDDEN', 'PURCHASE_LIMIT_EXCEEDED',
  'SEAT_UNAVAILABLE', 'INVENTORY_CONFLICT', ...APART,
];

const NONE: readonly Detail[] = [];

/** What the fields say together: places are counted, or named, and both must come to the same. */
function checkTogether({ seatIds, quantity }: EdgeRequest['body']): readonly Detail[] {
  if (quantity === undefined && seatIds === undefined) return [{ field: 'quantity', reason: 'say how many places, or name the seats' }];
  if (typeof quantity !== 'number' || !Array.isArray(seatIds) || seatIds.length === quantity) return NONE;
  return [{ field: 'quantity', reason: `asks for ${quantity} places beside a list of ${seatIds.length} seats` }];
}

async function handle(reservations: Reservations, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const { body } = request;
  const seatIds = optionalTexts(body, 'seatIds');
  const answer = await reservations.create({
    userId: callerOf(request).userId,
    traceId: request.traceId,
    idempotencyKey: keyOf(request),
    eventId: text(body, 'eventId'),
    seatIds,
    quantity: present(optionalNumber(body, 'quantity') ?? seatIds?.length, 'the route demands a quantity or seats'),
    section: optionalText(body, 'section'),
    mayBeApart: body['split'] === true,
    reservationToken: optionalText(body, 'reservationToken'),
  });
  return isRefusal(answer) ? answer : reply(201, heldView(answer.reservation), answer.replayed);
}
