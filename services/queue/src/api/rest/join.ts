import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { QueueContext } from '../../application/context.ts';
import { joinQueue } from '../../application/join-queue.ts';
import { refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { joinedView } from './views.ts';

/** `POST /api/v1/queue/join`. */
export function joinRoute(context: QueueContext, { idChars }: Pick<Limits, 'idChars'>): Route {
  return {
    method: 'POST',
    path: '/api/v1/queue/join',
    access: 'optional',
    demandsWork: true,
    summary: 'Get a place in the waiting room of an event',
    body: {
      eventId: { schema: { type: 'string', minLength: 1, maxLength: idChars }, required: true },
      userId: { schema: { type: 'string', maxLength: idChars } },
    },
    answers: { 202: ANSWERS.joined },
    refusals: ['UNAUTHENTICATED', 'EVENT_NOT_FOUND', 'SALE_NOT_OPEN', 'INVENTORY_CONFLICT', 'QUEUE_FULL'],
    handle: (request) => handle(context, request),
  };
}

async function handle(context: QueueContext, { body, caller }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const { eventId, userId } = body as { eventId: string; userId?: string };
  const answer = await joinQueue(context, { eventId, userId: caller?.userId, roles: caller?.roles ?? NO_ROLES, label: userId });
  return answer.kind === 'joined' ? { status: 202, body: joinedView(answer) } : refusalOf(answer);
}

const NO_ROLES: readonly string[] = [];
