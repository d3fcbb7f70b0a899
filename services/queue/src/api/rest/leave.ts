import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { QueueContext } from '../../application/context.ts';
import { leaveQueue } from '../../application/use-place.ts';
import { refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { holderIn, TOKEN_QUERY } from './token-query.ts';

/**
 * `DELETE /api/v1/queue/leave` leaves for good. `POST` is what a page sends when it is closed, with whatever body a browser puts there: the place is
 * kept for its lease, and the next poll undoes it.
 */
export const leaveRoutes = (context: QueueContext): readonly Route[] => [leaveRoute(context, 'DELETE'), { ...leaveRoute(context, 'POST'), bodyMode: 'ignored' }];

function leaveRoute(context: QueueContext, method: 'DELETE' | 'POST'): Route {
  return {
    method,
    path: '/api/v1/queue/leave',
    access: 'optional',
    summary: method === 'DELETE' ? 'Give a place up' : 'Step aside until the next poll: the page is being closed',
    query: TOKEN_QUERY,
    holderOf: holderIn(context.tokens),
    answers: { 200: ANSWERS.left },
    refusals: ['TOKEN_NOT_FOUND'],
    handle: (request) => handle(context, request, method === 'POST'),
  };
}

async function handle(context: QueueContext, { query, caller }: EdgeRequest, isSoft: boolean): Promise<EdgeReply | Refusal> {
  const outcome = await leaveQueue(context, { waitingToken: query['token'] as string, userId: caller?.userId }, isSoft);
  return outcome.kind === 'left' ? LEFT : refusalOf(outcome);
}

const LEFT: EdgeReply = { status: 200, body: { status: 'left' } };
