import { setImmediate } from 'node:timers/promises';
import type { Journal, Units } from '@traffic-tacos/journal';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import { createMetrics, METRICS, type Logger, type Metrics } from '@traffic-tacos/kit';
import type { Scheduler } from '@traffic-tacos/reservation';
import type { PlatformServices } from '../services.ts';
import type { PlatformTables } from '../tables.ts';
import { createReconciler, type Reconciler } from './reconciler.ts';
import { Records } from './records.ts';

export interface OpenReconcilerDeps {
  readonly tables: PlatformTables;
  readonly services: Pick<PlatformServices, 'inventory' | 'reservation' | 'payment'>;
  readonly journal: Pick<Journal, 'appliedSequence'>;
  readonly units: Units;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** For how long the oldest change that is not relayed has waited, in ms. */
  readonly outboxAgeMs: () => number;
  readonly limits: Pick<Limits, 'reconcileFindings'>;
  readonly timers: Scheduler;
  /** Resolves in another turn of the event loop; the machine's own unless given. */
  readonly nextTurn?: (() => Promise<unknown>) | undefined;
  readonly logger: Logger;
  readonly failedPolicy: 'keep' | 'release';
  /** Nobody reads the figures of one that is given none. */
  readonly metrics?: Metrics | undefined;
}

/** The reconciler of a platform whose services stand over one journal. It does not walk before it is started. */
export function openReconciler(deps: OpenReconcilerDeps): Reconciler {
  const { tables, services, journal, units, clock, monotonicMs, outboxAgeMs, limits, timers, nextTurn = () => setImmediate(), logger, failedPolicy, metrics = createMetrics({ processMetrics: false }) } = deps;
  const records = new Records(tables, failedPolicy);
  const differences = metrics.counter(METRICS.reconcileDifferences);
  const walks = metrics.histogram(METRICS.reconcileWalk).with();
  return createReconciler({
    tables, records, clock, limits, timers, nextTurn, logger,
    healing: { records, tables, services, units, clock },
    monotonicMs,
    outboxAgeMs,
    appliedSequence: () => journal.appliedSequence,
    observe: {
      settled: (kind, outcome) => differences.with(kind, outcome).inc(),
      walked: (tookMs) => walks.observe(tookMs / 1000),
    },
  });
}
