import type { Route } from '@traffic-tacos/kit';
import type { Updates } from '../../application/updates/updates.ts';
import { REFUSALS } from '../../errors.ts';
import { APART } from '../rest/answers.ts';
import { text } from '../rest/fields.ts';
import { EVENT_STREAM, pushedPlace, seenIn } from './update-events.ts';

/** Longer than any of our tokens; what is longer is not looked at. */
const TOKEN_CHARS = 1_024;

/** `GET /api/v1/queue/stream?token=`: a place in a waiting room, kept alive by being followed. */
export function queueStreamRoute(updates: Updates): Route {
  return {
    method: 'GET',
    path: '/api/v1/queue/stream',
    access: 'anyone',
    summary: 'Follow a place in the waiting room, as server-sent events: `position`, `ready`, `admitted`, and `closed` with the reason',
    query: { token: { schema: { type: 'string', minLength: 1, maxLength: TOKEN_CHARS }, required: true } },
    answers: EVENT_STREAM,
    refusals: ['TOKEN_NOT_FOUND', 'RATE_LIMITED', ...APART],
    handle: async (request) => {
      const opened = await updates.place(text(request.query, 'token'), seenIn(request));
      if (opened.kind === 'not_found') return REFUSALS.tokenNotFound;
      if (opened.kind === 'nothing_more') return { status: 204 };
      return { status: 200, events: (stream) => opened.follow(pushedPlace(stream)) };
    },
  };
}
