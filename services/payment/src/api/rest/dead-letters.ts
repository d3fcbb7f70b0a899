import type { Fields, Route } from '@traffic-tacos/kit';
import { isoInstant, present } from '@traffic-tacos/kernel';
import type { ListDeadLetters } from '../../application/dead-letters.ts';
import type { WebhookDelivery } from '../../domain/webhook.ts';
import type { WebhookQueue } from '../../ports/webhook-queue.ts';
import { ANSWERS } from './answers.ts';
import { optionalText, optionalWholeNumber } from './fields.ts';

const queryOf = (listPage: number): Fields => ({
  cursor: { schema: { type: 'string', maxLength: 64 } },
  limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
});

/** Webhooks that nobody accepted, each with the reason of its last attempt. */
export function listDeadLettersRoute(list: ListDeadLetters, listPage: number): Route {
  return {
    method: 'GET',
    path: '/v1/webhooks/dead-letters',
    access: 'service_or_admin',
    summary: 'Webhooks that were given up, the first given up first',
    query: queryOf(listPage),
    answers: { 200: ANSWERS.deadLetters },
    refusals: [],
    handle: ({ query }) => {
      const { webhooks, next } = list(optionalText(query, 'cursor'), optionalWholeNumber(query, 'limit') ?? listPage);
      return { status: 200, body: { webhooks: webhooks.map(deadLetterView), nextCursor: next } };
    },
  };
}

/** Sends one of them again, from its first attempt on. */
export function replayDeadLetterRoute(queue: Pick<WebhookQueue, 'replay'>): Route {
  return {
    method: 'POST',
    path: '/v1/webhooks/dead-letters/:id/replay',
    access: 'service_or_admin',
    summary: 'Send a webhook again that was given up',
    answers: { 202: ANSWERS.replayedWebhook },
    refusals: ['NOT_FOUND'],
    handle: async ({ params }) => {
      const webhookId = present(params['id'], 'the path must have an id');
      return (await queue.replay(webhookId)) === 'queued' ? { status: 202, body: { webhookId } } : { refused: 'NOT_FOUND' };
    },
  };
}

/** The address is shown without its query, in which receivers may carry secrets. */
const deadLetterView = ({ webhookId, url, failures, reason, dueAtMs, body }: WebhookDelivery): Readonly<Record<string, unknown>> => {
  const target = url === undefined ? undefined : new URL(url);
  return { webhookId, url: target === undefined ? undefined : `${target.origin}${target.pathname}`, attempts: failures, reason, givenUpAt: isoInstant(dueAtMs), body };
};
