import { isoInstant, type Limits } from '@traffic-tacos/kernel';
import { count, INSTANT, listOf, optional, shape, text, type Route, type RouteAnswer } from '@traffic-tacos/kit';
import type { ChainedAction } from '../../domain/admin-action.ts';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import { NEXT } from './answers.ts';
import { optionalNumber } from './fields.ts';
import { reply } from './reply.ts';

const ENTRY = shape('AdminAction', {
  sequence: count('From 1, without gaps.'),
  at: INSTANT,
  actor: text('usr_1', 'The admin.'),
  action: text('POST /api/v1/admin/queues/:id/pause'),
  target: text('evt_2025_1001'),
  details: text('{}', 'The fields that were sent, as JSON.'),
  address: text('203.0.113.7', 'Where the request came from.'),
  traceId: text(),
  outcome: text('200', '`asked` before anything is done; then the status, or the code of the refusal.'),
  previous: text(undefined, 'The hash of the entry before it.'),
  hash: text(undefined, 'SHA-256 over the entry and `previous`, as base64url.'),
});

const TRAIL: RouteAnswer = {
  description: 'Newest first, and whether the whole trail is as it was written.',
  body: shape('AuditTrail', {
    entries: listOf(ENTRY),
    nextCursor: NEXT,
    head: optional(text(undefined, 'The newest hash. Whoever has noted one finds it here again, or the trail is another one.')),
    broken: listOf(shape('BrokenLink', { sequence: count(), reason: text('it was changed') })),
  }),
};

/** `GET /api/v1/admin/audit-trail?cursor=&limit=`. */
export function auditTrailRoute(trail: AuditTrail, { listPage }: Pick<Limits, 'listPage'>): Route {
  return {
    method: 'GET',
    path: '/api/v1/admin/audit-trail',
    access: 'admin',
    summary: 'What admins have asked for, and what came of it',
    query: {
      cursor: { schema: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
      limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
    },
    answers: { 200: TRAIL },
    refusals: [],
    handle: ({ query }) => {
      const page = trail.list({ before: optionalNumber(query, 'cursor'), limit: optionalNumber(query, 'limit') ?? listPage });
      const next = page.next === undefined ? undefined : String(page.next);
      return reply(200, { entries: page.entries.map(entryView), nextCursor: next, head: trail.head()?.hash, broken: trail.check() });
    },
  };
}

const entryView = ({ atMs, ...entry }: ChainedAction): Readonly<Record<string, unknown>> => ({ ...entry, at: isoInstant(atMs) });
