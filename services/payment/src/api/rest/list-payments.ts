import type { Fields, Route } from '@traffic-tacos/kit';
import type { ListIntents } from '../../application/list-intents.ts';
import { INTENT_STATUSES } from '../../domain/intent-states.ts';
import { ANSWERS } from './answers.ts';
import { callerId, isIntentId, oneOf, optionalText, optionalWholeNumber, optionalWord } from './fields.ts';
import { intentView } from './intent-view.ts';

const queryOf = (listPage: number): Fields => ({
  reservationId: { schema: { type: 'string', minLength: 1, maxLength: 128 } },
  status: oneOf(INTENT_STATUSES),
  cursor: { schema: { type: 'string', maxLength: 64 } },
  limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
});

/** `listPage` is the greatest number of intents in one answer. */
export function listPaymentsRoute(listIntents: ListIntents, listPage: number): Route {
  return {
    method: 'GET',
    path: '/v1/payments',
    access: 'user',
    summary: 'One’s own payment intents, newest first',
    query: queryOf(listPage),
    answers: { 200: ANSWERS.payments },
    refusals: ['INVALID_REQUEST'],
    handle: async (request) => {
      const { query } = request;
      const cursor = optionalText(query, 'cursor');
      if (cursor !== undefined && !isIntentId(cursor)) {
        return { refused: 'INVALID_REQUEST', details: [{ field: 'cursor', reason: 'must be the nextCursor of an earlier page' }] };
      }
      const { intents, next } = await listIntents({
        userId: callerId(request),
        reservationId: optionalText(query, 'reservationId'),
        status: optionalWord(query, 'status', INTENT_STATUSES),
        after: cursor,
        limit: optionalWholeNumber(query, 'limit') ?? listPage,
      });
      return { status: 200, body: { payments: intents.map(intentView), nextCursor: next } };
    },
  };
}
