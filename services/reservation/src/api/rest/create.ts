import type { Detail, EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { Limits } from '@traffic-tacos/kernel';
import { createReservation, type CreateCommand } from '../../application/create-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { refusalOf } from '../../errors.ts';
import { createdView } from '../views.ts';
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
      reservationToken: { schema: { type: 'string', minLength: 1, maxLength: 4096 } },
    },
    handle: (request) => handle(context, request),
  };
}

async function handle(context: ReservationContext, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const command = readCommand(request);
  if ('refused' in command) return command;
  const outcome = await createReservation(context, command);
  switch (outcome.kind) {
    case 'created':
      return { status: 201, body: createdView(outcome.reservation) };
    case 'replayed':
      return { status: 201, body: createdView(outcome.reservation), ...REPLAYED_HEADER };
    default:
      return refusalOf(outcome);
  }
}

/** The fields' own types are checked already; what is left is what they say together. */
function readCommand({ body, caller, idempotencyKey, traceId }: EdgeRequest): CreateCommand | Refusal {
  const { seatIds, quantity } = body as { seatIds?: readonly string[]; quantity?: number };
  const wished = quantity ?? seatIds?.length;
  if (wished === undefined) return invalid({ field: 'quantity', reason: 'say how many places, or name them in seatIds' });
  if (seatIds !== undefined && seatIds.length !== wished) {
    return invalid({ field: 'quantity', reason: `${wished} places are asked for, but seatIds names ${seatIds.length}` });
  }
  return {
    userId: caller?.userId ?? '',
    traceId,
    idempotencyKey,
    eventId: body['eventId'] as string,
    seatIds,
    quantity: wished,
    section: body['section'] as string | undefined,
    reservationToken: body['reservationToken'] as string | undefined,
  };
}

const invalid = (detail: Detail): Refusal => ({ refused: 'INVALID_REQUEST', details: [detail] });
