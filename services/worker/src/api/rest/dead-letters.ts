import type { Fields, Route } from '@traffic-tacos/kit';
import { isoInstant, present } from '@traffic-tacos/kernel';
import type { WorkerMessage } from '../../domain/message.ts';
import type { MessageQueue } from '../../ports/message-queue.ts';
import { ANSWERS } from './answers.ts';

const queryOf = (listPage: number): Fields => ({
  cursor: { schema: { type: 'string', maxLength: 255 } },
  limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
});

/** Messages that were given up, each with the reason of its last attempt. */
export function listDeadLettersRoute(queue: Pick<MessageQueue, 'deadLetters'>, listPage: number): Route {
  return {
    method: 'GET',
    path: '/v1/dead-letters',
    access: 'service_or_admin',
    summary: 'Messages that were given up, the first given up first',
    query: queryOf(listPage),
    answers: { 200: ANSWERS.deadLetters },
    refusals: [],
    handle: ({ query }) => {
      const { cursor, limit } = query;
      const { messages, next } = pageOf(queue.deadLetters(), typeof cursor === 'string' ? cursor : undefined, typeof limit === 'number' ? limit : listPage);
      return { status: 200, body: { messages: messages.map(deadLetterView), nextCursor: next } };
    },
  };
}

export function showDeadLetterRoute(queue: Pick<MessageQueue, 'findDead'>): Route {
  return {
    method: 'GET',
    path: '/v1/dead-letters/:id',
    access: 'service_or_admin',
    summary: 'One message that was given up',
    answers: { 200: ANSWERS.deadLetter },
    refusals: ['NOT_FOUND'],
    handle: ({ params }) => {
      const found = queue.findDead(idIn(params));
      return found === undefined ? { refused: 'NOT_FOUND' } : { status: 200, body: deadLetterView(found) };
    },
  };
}

/** Works on one of them again, from its first attempt on. */
export function replayDeadLetterRoute(queue: Pick<MessageQueue, 'replay'>): Route {
  return {
    method: 'POST',
    path: '/v1/dead-letters/:id/replay',
    access: 'service_or_admin',
    summary: 'Work on a message again that was given up',
    answers: { 202: ANSWERS.replayed },
    refusals: ['NOT_FOUND'],
    handle: async ({ params }) => {
      const messageId = idIn(params);
      return (await queue.replay(messageId)) === 'queued' ? { status: 202, body: { messageId } } : { refused: 'NOT_FOUND' };
    },
  };
}

const idIn = (params: Readonly<Record<string, string>>): string => present(params['id'], 'the path must have an id');

function pageOf(all: readonly WorkerMessage[], after: string | undefined, limit: number): { readonly messages: readonly WorkerMessage[]; readonly next: string | undefined } {
  // A message that has been replayed since is not found, and its page begins anew: nothing is left out.
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const messages = all.slice(from, from + limit);
  return { messages, next: from + limit < all.length ? messages.at(-1)?.id : undefined };
}

const deadLetterView = ({ id, failures, reason, dueAtMs, body }: WorkerMessage): Readonly<Record<string, unknown>> => ({
  messageId: id, attempts: failures, reason, givenUpAt: isoInstant(dueAtMs), body,
});
