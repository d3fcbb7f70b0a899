import { count, listOf, shape, text, word, type Route, type RouteAnswer } from '@traffic-tacos/kit';
import type { FoundDifference, Reconciliation } from '../../ports/reconciliation.ts';
import { reply } from './reply.ts';

/** Differences shown in one answer, those first that a person has to look at. */
const MOST_SHOWN = 1_000;
const OUTCOMES = ['alarmed', 'waiting', 'healed'] as const;

const RECONCILED: RouteAnswer = {
  description: 'What was compared and what was found, with those differences first that a person has to look at.',
  body: shape('Reconciled', {
    lookedAt: shape('LookedAt', { holds: count('In memory.'), reservations: count('In memory.'), orders: count('In memory.'), intents: count('In memory.') }),
    alarmed: count('Differences that stay.'),
    waiting: count('Differences that are looked at again.'),
    healed: count('Differences that a rule has put right.'),
    differences: listOf(
      shape('Difference', { kind: text('captured_without_order'), means: text(), subject: text(), detail: text(), outcome: word(...OUTCOMES) }),
    ),
    more: count('Differences that are not shown.'),
    unreached: listOf(text('payment')),
  }),
};

/** `POST /api/v1/admin/reconcile`. */
export function reconcileRoute(reconciliation: Reconciliation): Route {
  return {
    method: 'POST',
    path: '/api/v1/admin/reconcile',
    access: 'admin',
    summary: 'Compare the records of all services with each other now, and heal what a rule can heal',
    answers: { 200: RECONCILED },
    refusals: [],
    handle: async () => {
      const { lookedAt, differences, more, unreached } = await reconciliation.run();
      const ordered = OUTCOMES.flatMap((outcome) => differences.filter((difference) => difference.outcome === outcome));
      return reply(200, { lookedAt, ...countsOf(differences), differences: ordered.slice(0, MOST_SHOWN), more: more + Math.max(0, ordered.length - MOST_SHOWN), unreached: [...unreached] });
    },
  };
}

function countsOf(differences: readonly FoundDifference[]): Readonly<Record<FoundDifference['outcome'], number>> {
  const counts = { alarmed: 0, waiting: 0, healed: 0 };
  for (const { outcome } of differences) counts[outcome]++;
  return counts;
}
