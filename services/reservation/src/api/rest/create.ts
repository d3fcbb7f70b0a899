import type { Detail, EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { present, type Limits } from '@traffic-tacos/kernel';
import { createReservation, type CreateCommand } from '../../application/create-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { refusalOf } from '../../errors.ts';
import { createdView } from '../views.ts';
import { ANSWERS, SEATS_APART } from './answers.ts';
import { REPLAYED_HEADER } from './target.ts';

export function createRoute(context: ReservationContext, limits: Limits, path: string): Route {
  const name = { type: 'string', minLength: 1, maxLength: limits.idChars };
  return {
    method: 'POST',
    path,
    access: 'user',
    idempotency: 'required',
    summary: 'Hold seats, or places of a section or pool, for 60 seconds',
    body: {
      eventId: { schema: name, required: true },
      seatIds: { schema: { type: 'array', items: name, minItems: 1, maxItems: limits.seatsPerHold, uniqueItems: true } },
      quantity: { schema: { type: 'integer', minimum: 1, maximum: limits.seatsPerHold }, aliases: ['qty'] },
      section: { schema: name },
      split: { schema: { type: 'boolean' } },
      reservationToken: { schema: { type: 'string', minLength: 1, maxLength: 4096 } },
    },
    check: checkTogether,
    answers: { 201: ANSWERS.held },
    refusals: REFUSALS,
    handle: (request) => handle(context, request),
  };
}

const REFUSALS = [
  'IDEMPOTENCY_CONFLICT', 'EVENT_NOT_FOUND', 'SEAT_NOT_FOUND', 'INVALID_REQUEST', 'SALE_NOT_OPEN', 'FORBIDDEN', 'PURCHASE_LIMIT_EXCEEDED',
  'SEAT_UNAVAILABLE', 'INVENTORY_CONFLICT', ...SEATS_APART,
];

const NONE: readonly Detail[] = [];

/** What the fields say together: places are counted, or named, and both must come to the same. */
function checkTogether({ seatIds, quantity }: EdgeRequest['body']): readonly Detail[] {
  if (quantity === undefined && seatIds === undefined) return [{ field: 'quantity', reason: 'say how many places, or name the seats' }];
  if (typeof quantity !== 'number' || !Array.isArray(seatIds) || seatIds.length === quantity) return NONE;
  return [{ field: 'quantity', reason: `asks for ${quantity} places beside a list of ${seatIds.length} seats` }];
}

async function handle(context: ReservationContext, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const outcome = await createReservation(context, readCommand(request));
  switch (outcome.kind) {
    case 'created':
      return { status: 201, body: createdView(outcome.reservation) };
    case 'replayed':
      return { status: 201, body: createdView(outcome.reservation), ...REPLAYED_HEADER };
    default:
      return refusalOf(outcome);
  }
}

/** The fields are checked already, each alone and together. */
function readCommand({ body, caller, idempotencyKey, traceId }: EdgeRequest): CreateCommand {
  const { seatIds, quantity } = body as { seatIds?: readonly string[]; quantity?: number };
  return {
    userId: caller?.userId ?? '',
    traceId,
    idempotencyKey,
    eventId: body['eventId'] as string,
    seatIds,
    quantity: present(quantity ?? seatIds?.length, 'the route demands a quantity or seats'),
    section: body['section'] as string | undefined,
    mayBeApart: body['split'] === true,
    reservationToken: body['reservationToken'] as string | undefined,
  };
}
