import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { QueueContext } from '../../application/context.ts';
import { enterQueue } from '../../application/use-place.ts';
import { refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { holderIn, TOKEN_CHARS } from './token-query.ts';

/** `POST /api/v1/queue/enter`. */
export function enterRoute(context: QueueContext): Route {
  return {
    method: 'POST',
    path: '/api/v1/queue/enter',
    access: 'optional',
    summary: 'Claim one\'s turn',
    holderOf: holderIn(context.tokens),
    holderField: 'waitingToken',
    body: { waitingToken: { schema: { type: 'string', minLength: 1, maxLength: TOKEN_CHARS }, required: true } },
    answers: { 200: ANSWERS.granted },
    refusals: ['TOKEN_NOT_FOUND', 'NOT_READY', 'FORBIDDEN'],
    handle: (request) => handle(context, request),
  };
}

async function handle(context: QueueContext, { body, caller }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const answer = await enterQueue(context, { waitingToken: body['waitingToken'] as string, userId: caller?.userId });
  if (answer.kind !== 'granted') return refusalOf(answer);
  return { status: 200, body: { admission: 'granted', reservationToken: answer.reservationToken, ttlSec: Math.floor(answer.ttlMs / 1_000) } };
}
