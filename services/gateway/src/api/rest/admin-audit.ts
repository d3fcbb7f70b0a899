import { count, listOf, shape, text, word, type Route, type RouteAnswer } from '@traffic-tacos/kit';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { Reconciliation } from '../../ports/reconciliation.ts';
import { reply } from './reply.ts';

/** Breaches shown in one answer. */
const MOST_SHOWN = 1_000;

const AUDITED: RouteAnswer = {
  description: 'The verdict, with everything that no rule could put right. It is unknown where nothing was found, but a service in another process, named in unreached, did not answer all that it was asked.',
  body: shape('Audited', {
    verdict: word('green', 'red', 'unknown'),
    lookedAt: shape('AuditedRows', { holds: count('In memory.'), reservations: count('In memory.'), orders: count('In memory.'), intents: count('In memory.'), actions: count('Of the audit trail.') }),
    breaches: listOf(shape('Breach', { kind: text('admin_trail_broken'), subject: text(), detail: text() })),
    unreached: listOf(text('payment')),
  }),
};

/** `POST /api/v1/admin/audit`: what `npx tacos audit` does for a whole directory, for what is in memory and beside traffic. */
export function auditRoute(reconciliation: Reconciliation, trail: AuditTrail): Route {
  return {
    method: 'POST',
    path: '/api/v1/admin/audit',
    access: 'admin',
    summary: 'Check everything in memory and the audit trail now, and say what is wrong',
    answers: { 200: AUDITED },
    refusals: [],
    handle: async () => {
      const { lookedAt, differences, unreached } = await reconciliation.run();
      const alarmed = differences.filter(({ outcome }) => outcome === 'alarmed').map(({ kind, subject, detail }) => ({ kind, subject, detail }));
      const broken = trail.check().map(({ sequence, reason }) => ({ kind: 'admin_trail_broken', subject: `action ${sequence}`, detail: reason }));
      const breaches = [...broken, ...alarmed];
      return reply(200, { verdict: breaches.length > 0 ? 'red' : unreached.length > 0 ? 'unknown' : 'green', lookedAt: { ...lookedAt, actions: trail.size }, breaches: breaches.slice(0, MOST_SHOWN), unreached: [...unreached] });
    },
  };
}
