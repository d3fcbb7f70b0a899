import type { Clock } from '@traffic-tacos/kernel';
import { DIFFERENCES } from '@traffic-tacos/platform';
import type { LookReport, ReconcileDesk, Scheduler } from '@traffic-tacos/reservation';
import type { ApartReconciler, ApartReport } from './apart-reconciler.ts';

/** A call waits so long for a look; one of a million reservations takes longer, and is asked for again. */
const WAIT_MS = 5_000;

interface Asked {
  readonly look: number;
  readonly report: Promise<LookReport>;
}

/** Hands out looks by numbers: whoever asks with the number of the last one gets that one's report, and anybody else the one that begins then. */
export function createLookDesk(reconciler: Pick<ApartReconciler, 'run'>, { clock, timers }: { readonly clock: Pick<Clock, 'wallMs'>; readonly timers: Scheduler }): ReconcileDesk {
  let last: Asked | undefined;
  let isUnderWay = false;

  const begin = (): Asked => {
    // After a restart no number is given twice.
    const look = Math.max((last?.look ?? 0) + 1, clock.wallMs());
    isUnderWay = true;
    const report = reconciler.run().then(reportOf).finally(() => (isUnderWay = false));
    last = { look, report };
    return last;
  };
  return {
    ask: async (wanted) => {
      const asked = last !== undefined && (isUnderWay || wanted === last.look) ? last : begin();
      const { promise: waited, resolve } = Promise.withResolvers<undefined>();
      const callOff = timers.after(WAIT_MS, () => resolve(undefined));
      try {
        return { look: asked.look, report: await Promise.race([asked.report, waited]) };
      } finally {
        callOff();
      }
    },
  };
}

const reportOf = ({ counted, differences, more, unreached }: ApartReport): LookReport => ({
  counted, more, unreached, differences: differences.map((difference) => ({ ...difference, means: DIFFERENCES[difference.kind].means })),
});
