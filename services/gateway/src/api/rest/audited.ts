import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import { shownUrl } from '../shown-url.ts';
import { callerOf } from './fields.ts';

/** What of a body the trail keeps. */
const DETAIL_CHARS = 2_000;

/**
 * The same routes; of those that change something on an admin's word, each request is on the trail before anything is done, and its outcome after it.
 * A request without an outcome was cut short: what became of it is then for the admin to see.
 */
export const audited = (routes: readonly Route[], trail: AuditTrail): readonly Route[] =>
  routes.map((route) => (route.access === 'admin' && route.method !== 'GET' ? { ...route, handle: (request) => handle(route, trail, request) } : route));

/** What nobody is to read on the trail: secrets, the values of headers, and queries of addresses. */
function shown(field: string, value: unknown): unknown {
  if (field === 'endpointUrl' && typeof value === 'string') return shownUrl(value);
  return (field === 'secret' || field === 'value') && value !== undefined ? '…' : value;
}

async function handle(route: Route, trail: AuditTrail, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const action = {
    actor: callerOf(request).userId,
    action: `${route.method} ${route.path}`,
    target: Object.values(request.params).join(' '),
    details: JSON.stringify(request.body, shown).slice(0, DETAIL_CHARS),
    address: request.address,
    traceId: request.traceId,
  };
  await trail.record({ ...action, outcome: 'asked' });
  const answer = await route.handle(request);
  await trail.record({ ...action, outcome: 'refused' in answer ? answer.refused : String(answer.status) });
  return answer;
}
