import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { QueueContext } from '../../application/context.ts';
import { readStatus } from '../../application/use-place.ts';
import { REFUSALS } from '../../errors.ts';
import type { PlaceReading } from '../../ports/queue-store.ts';
import { ANSWERS } from './answers.ts';
import { holderIn, TOKEN_QUERY } from './token-query.ts';
import { statusView } from './views.ts';

/** `GET /api/v1/queue/status`: the busiest route of all. It is answered in the same turn, without a promise, unless something it shows is not on disk yet. */
export function statusRoute(context: QueueContext): Route {
  return {
    method: 'GET',
    path: '/api/v1/queue/status',
    access: 'anyone',
    summary: 'How a place in the waiting room stands',
    query: TOKEN_QUERY,
    holderOf: holderIn(context.tokens),
    answers: { 200: ANSWERS.status },
    refusals: ['TOKEN_NOT_FOUND', 'SERVICE_UNAVAILABLE'],
    handle: (request) => handle(context, request),
  };
}

function handle(context: QueueContext, { query }: EdgeRequest): EdgeReply | Refusal | Promise<EdgeReply | Refusal> {
  const reading = readStatus(context, query['token'] as string);
  return reading instanceof Promise ? reading.then(answer) : answer(reading);
}

const answer = (reading: PlaceReading | undefined): EdgeReply | Refusal =>
  reading === undefined ? REFUSALS.tokenNotFound : { status: 200, body: statusView(reading) };
