import type { Reconciliation } from '@traffic-tacos/gateway';
import { DIFFERENCES } from '../audit/difference.ts';
import type { Reconciler } from '../reconcile/reconciler.ts';

/** The gateway's way to the reconciler in the same process. */
export const directReconciliation = (reconciler: Pick<Reconciler, 'run'>): Reconciliation => ({
  run: async () => {
    const { counted, differences, more } = await reconciler.run();
    return {
      lookedAt: counted,
      differences: differences.map(({ kind, subject, detail, outcome }) => ({ kind, means: DIFFERENCES[kind].means, subject, detail, outcome })),
      more,
      unreached: [],
    };
  },
});
