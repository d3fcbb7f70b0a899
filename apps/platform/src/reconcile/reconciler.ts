import { Unavailable, type Clock, type Limits } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import type { Scheduler } from '@traffic-tacos/reservation';
import type { Finding } from '../audit/breach.ts';
import type { DifferenceKind } from '../audit/difference.ts';
import { Finds } from './finds.ts';
import { HEAL_AFTER_MS, Judge, type Difference, type ReconcilerAlarms } from './judge.ts';
import { createRests } from './rests.ts';
import type { Counted, Walk } from './walk.ts';

/** The longest slice beside traffic. */
const SLICE_MS = 0.5;
/** From the end of a walk to the next one, if there is anything to look at. */
const WALK_EVERY_MS = 1_000;
/** Slices of a walk that somebody waits for; others come in between. */
const AWAITED_SLICE_MS = 1;

export interface ReconcileReport {
  readonly counted: Readonly<Counted>;
  readonly differences: readonly Difference[];
  /** Differences beyond those, not looked at any further. */
  readonly more: number;
}

export interface Reconciler {
  /** Begins to walk, again and again. */
  start(alarms: ReconcilerAlarms): void;
  /** Walks through everything now, heals what can be healed, and tells of everything that was found. */
  run(): Promise<ReconcileReport>;
  /** What the last walk that is over has found; undefined before the first. */
  readonly last: ReconcileReport | undefined;
  /** Resolves when nothing is being healed any more. */
  stop(): Promise<void>;
}

export interface ReconcilerDeps {
  /** Begins a walk, which tells what it finds. */
  readonly walk: (found: (finding: Finding) => void) => Walk;
  /** Does what a rule says. Rejects with `Unavailable` where it could not be decided. */
  readonly heal: (finding: Finding) => Promise<void>;
  /** Whether it is so in this very turn; of what cannot be looked at by itself, true. */
  readonly isStillSo: (finding: Finding) => boolean;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly limits: Pick<Limits, 'reconcileFindings'>;
  readonly timers: Scheduler;
  /** Resolves in a turn of its own, once others have had theirs. */
  readonly nextTurn: () => Promise<unknown>;
  readonly logger: Logger;
  /** The newest group that holds something: where it is the same, nothing has been written. */
  readonly appliedSequence: () => number;
  readonly observe: {
    readonly settled: (kind: DifferenceKind, outcome: 'healed' | 'alarmed') => void;
    readonly walked: (tookMs: number) => void;
  };
}

/**
 * Walks through the records of this process, for ever and beside traffic; heals what a rule can heal, and tells
 * of the rest. Nothing that is decided elsewhere relies on it: it is the net under all timers and follow-ups, and the auditor that never sleeps.
 */
export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const { clock, monotonicMs, timers, nextTurn, logger, observe, appliedSequence, limits, heal, isStillSo } = deps;
  let alarms: ReconcilerAlarms = { breached: () => undefined, failed: () => undefined };
  const judge = new Judge({ clock, logger, heal, isStillSo, nextTurn, counted: observe.settled, alarms: () => alarms });
  let callOff: (() => void) | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let asked: Promise<ReconcileReport> | undefined;
  let last: ReconcileReport | undefined;
  let isStopped = false;
  let seenSequence = -1;
  let lookAgainMs = Number.POSITIVE_INFINITY;

  const sleep = (delayMs: number, then: () => void): void => {
    if (!isStopped) callOff = timers.after(delayMs, guarded(then));
  };
  const guarded = (work: () => void) => (): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Unavailable)) alarms.failed(error);
      else sleep(WALK_EVERY_MS, wake);
    }
  };
  const rest = createRests(sleep, monotonicMs);
  /** At rest a look costs a comparison of numbers. */
  const wake = (): void => {
    if (appliedSequence() === seenSequence && clock.nowMs() < lookAgainMs) return sleep(WALK_EVERY_MS, wake);
    seenSequence = appliedSequence();
    const finds = new Finds(limits.reconcileFindings);
    goOn(deps.walk(finds.add), finds, monotonicMs());
  };
  const goOn = (walk: Walk, finds: Finds, beganMs: number): void => {
    if (walk.step(SLICE_MS)) return rest(() => goOn(walk, finds, beganMs));
    observe.walked(monotonicMs() - beganMs);
    working = end(walk, finds).then(() => sleep(WALK_EVERY_MS, wake), (error: unknown) => alarms.failed(error));
  };
  const end = async (walk: Walk, finds: Finds): Promise<ReconcileReport> => {
    const differences = await judge.settle(finds.all);
    const isOver = differences.every(({ outcome }) => outcome === 'healed');
    lookAgainMs = isOver && finds.more === 0 ? walk.nextEndMs + HEAL_AFTER_MS : clock.nowMs();
    last = { counted: walk.counted, differences, more: finds.more };
    return last;
  };
  const walkNow = async (): Promise<ReconcileReport> => {
    const finds = new Finds(limits.reconcileFindings);
    const walk = deps.walk(finds.add);
    while (walk.step(AWAITED_SLICE_MS)) await nextTurn();
    return end(walk, finds);
  };

  return {
    start: (told) => {
      alarms = told;
      sleep(WALK_EVERY_MS, wake);
    },
    run: () => {
      asked ??= walkNow().finally(() => (asked = undefined));
      return asked;
    },
    get last() {
      return last;
    },
    stop: async () => {
      isStopped = true;
      callOff?.();
      await Promise.allSettled([working, asked]);
    },
  };
}
