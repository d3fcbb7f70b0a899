import { setImmediate } from 'node:timers/promises';
import type { Journal, Units } from '@traffic-tacos/journal';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import { createMetrics, METRICS, type Logger, type Metrics } from '@traffic-tacos/kit';
import type { PaymentService } from '@traffic-tacos/payment';
import type { Scheduler } from '@traffic-tacos/reservation';
import type { DifferenceKind } from '../audit/difference.ts';
import type { PlatformServices } from '../services.ts';
import type { PlatformTables } from '../tables.ts';
import { heal, type HealDeps } from './heal.ts';
import { createReconciler, type Reconciler, type ReconcilerDeps } from './reconciler.ts';
import { recordsInMemory } from './records-in-memory.ts';
import { Records } from './records.ts';
import { overdueOutbox, walkThroughAll } from './walk.ts';

/** What every reconciler stands on. */
export interface ReconcilerGround {
  readonly journal: Pick<Journal, 'appliedSequence'>;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly limits: Pick<Limits, 'reconcileFindings'>;
  readonly timers: Scheduler;
  /** Resolves in another turn of the event loop; the machine's own unless given. */
  readonly nextTurn?: (() => Promise<unknown>) | undefined;
  readonly logger: Logger;
  /** Nobody reads the figures of one that is given none. */
  readonly metrics?: Metrics | undefined;
}

export interface OpenReconcilerDeps extends ReconcilerGround {
  readonly tables: PlatformTables;
  readonly services: Pick<PlatformServices, 'inventory' | 'reservation' | 'payment'>;
  readonly units: Units;
  /** For how long the oldest change that is not relayed has waited, in ms. */
  readonly outboxAgeMs: () => number;
  readonly failedPolicy: 'keep' | 'release';
}

/** The reconciler of a platform whose services stand over one journal. It does not walk before it is started. */
export function openReconciler(deps: OpenReconcilerDeps): Reconciler {
  const { tables, services, journal, units, clock, monotonicMs, outboxAgeMs, limits, timers, nextTurn = () => setImmediate(), logger, failedPolicy, metrics } = deps;
  const { inventory, reservation, payment } = services;
  const known = recordsInMemory(tables, clock);
  const records = new Records(known, failedPolicy);
  const healing: HealDeps = {
    known, tables: tables.reservation, context: reservation.context, units, clock,
    refund: (id, reason) => payment.calls.refund(id, reason), expireHold: (reservationId) => inventory.store.expire({ reservationId }), settle: (id) => settleDue(payment.store, id),
  };
  return createReconciler({
    walk: (found) => walkThroughAll({ tables, records, clock, monotonicMs, outboxAgeMs }, found),
    heal: ({ kind, subject }) => heal(healing, kind, subject),
    // The relay may only have slept, as everybody else had.
    isStillSo: ({ kind, subject }) =>
      kind === 'outbox_overdue' ? overdueOutbox(outboxAgeMs()).length > 0 : !isOfRecord(kind) || records.findings(subject, clock.nowMs()).some((found) => found.kind === kind && found.subject === subject),
    clock, limits, timers, nextTurn, logger, monotonicMs, appliedSequence: () => journal.appliedSequence, observe: observedBy(metrics),
  });
}

/** Each of the two does nothing where the other is due. */
async function settleDue(store: Pick<PaymentService['store'], 'settle' | 'expire'>, id: Parameters<HealDeps['settle']>[0]): Promise<void> {
  await store.settle([id]);
  await store.expire([id]);
}

/** Counts what was settled, and how long walks took. */
export function observedBy(metrics: Metrics = createMetrics({ processMetrics: false })): ReconcilerDeps['observe'] {
  const differences = metrics.counter(METRICS.reconcileDifferences);
  const walks = metrics.histogram(METRICS.reconcileWalk).with();
  return { settled: (kind, outcome) => differences.with(kind, outcome).inc(), walked: (tookMs) => walks.observe(tookMs / 1000) };
}

/** Told of places, and of payments that say nothing of the order by which they were found: there is no id by which they could be looked at again. */
const WITHOUT_RECORD: ReadonlySet<DifferenceKind> = new Set<DifferenceKind>([
  'places_do_not_add_up', 'books_differ_from_holds', 'seat_of_another', 'hold_ended_early', 'hold_committed_late', 'order_paid_by_other', 'order_price_differs',
]);

const isOfRecord = (kind: DifferenceKind): boolean => !WITHOUT_RECORD.has(kind);
