import { Unavailable, type Clock, type Limits } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import type { Scheduler } from '@traffic-tacos/reservation';
import type { Breach, Finding } from '../audit/breach.ts';
import { DIFFERENCES, type DifferenceKind } from '../audit/difference.ts';
import type { PlatformTables } from '../tables.ts';
import { heal, type HealDeps } from './heal.ts';
import type { Records } from './records.ts';
import { createRests } from './rests.ts';
import { OUTBOX_OVERDUE_MS, Walk, type Counted } from './walk.ts';

/** How long what follows from a change is left to whoever should see to it. With a walk each second it is put right within 5 s. */
const HEAL_AFTER_MS = 2_000;
/** The longest slice beside traffic. */
const SLICE_MS = 0.5;
/** From the end of a walk to the next one, if there is anything to look at. */
const WALK_EVERY_MS = 1_000;
/** Slices of a walk that somebody waits for; others come in between. */
const AWAITED_SLICE_MS = 1;
const HEALED_AT_ONCE = 32;

/** `waiting`: it is younger than what follows from changes may take, or could not be decided just now, or stands beside a broken guarantee. */
export type DifferenceOutcome = 'healed' | 'waiting' | 'alarmed';

export interface Difference extends Breach {
  readonly outcome: DifferenceOutcome;
}

export interface ReconcileReport {
  readonly counted: Readonly<Counted>;
  readonly differences: readonly Difference[];
  /** Differences beyond those, not looked at any further. */
  readonly more: number;
}

/** Who is told of what ends a process. */
export interface ReconcilerAlarms {
  /** What nothing but a fault of ours can have made stands in two walks, one after the other. */
  readonly breached: (breach: Breach) => void;
  readonly failed: (cause: unknown) => void;
  /** Told of each difference that a rule has put right, or that stays, after every walk. */
  readonly settled?: (difference: Difference) => void;
}

export interface Reconciler {
  /** Begins to walk, again and again. */
  start(alarms: ReconcilerAlarms): void;
  /** Walks through everything now, heals what can be healed, and tells of everything that was found. */
  run(): Promise<ReconcileReport>;
  /** Resolves when nothing is being healed any more. */
  stop(): Promise<void>;
}

export interface ReconcilerDeps {
  readonly tables: PlatformTables;
  readonly records: Records;
  readonly healing: HealDeps;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly outboxAgeMs: () => number;
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
 * Compares inventory, reservations, orders and payments with each other, for ever and beside traffic; heals what a rule can heal, and tells
 * of the rest. Nothing that is decided elsewhere relies on it: it is the net under all timers and follow-ups, and the auditor that never sleeps.
 */
export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const { clock, monotonicMs, timers, nextTurn, observe, appliedSequence, limits } = deps;
  let alarms: ReconcilerAlarms = { breached: () => undefined, failed: () => undefined };
  const judge = new Judge(deps, () => alarms);
  let callOff: (() => void) | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let asked: Promise<ReconcileReport> | undefined;
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
    goOn(new Walk(deps, finds.add), finds, monotonicMs());
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
    return { counted: walk.counted, differences, more: finds.more };
  };
  const walkNow = async (): Promise<ReconcileReport> => {
    const finds = new Finds(limits.reconcileFindings);
    const walk = new Walk(deps, finds.add);
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
    stop: async () => {
      isStopped = true;
      callOff?.();
      await Promise.allSettled([working, asked]);
    },
  };
}

/** What a walk has found, each thing once. */
class Finds {
  readonly #found = new Map<string, Finding>();
  readonly #most: number;
  more = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get all(): readonly Finding[] {
    return [...this.#found.values()];
  }

  readonly add = (finding: Finding): void => {
    if (this.#found.size < this.#most || this.#found.has(keyOf(finding))) this.#found.set(keyOf(finding), finding);
    else this.more++;
  };
}

const keyOf = ({ kind, subject }: Breach): string => `${kind} ${subject}`;

/** Heals, or tells: each difference that stays is told once. */
class Judge {
  readonly #deps: ReconcilerDeps;
  readonly #alarms: () => ReconcilerAlarms;
  /** What stayed after the last walk. */
  #standing: ReadonlySet<string> = new Set();

  constructor(deps: ReconcilerDeps, alarms: () => ReconcilerAlarms) {
    this.#deps = deps;
    this.#alarms = alarms;
  }

  async settle(findings: readonly Finding[]): Promise<readonly Difference[]> {
    const settled: Difference[] = [];
    // What memory says cannot be trusted then, and money would move by it.
    const mayHeal = !findings.some(({ kind }) => DIFFERENCES[kind].rule === 'stop');
    for (let at = 0; at < findings.length; at += HEALED_AT_ONCE) {
      const batch = findings.slice(at, at + HEALED_AT_ONCE);
      const outcomes = await Promise.all(batch.map((finding) => this.#settleOne(finding, mayHeal)));
      for (const [i, { kind, invariant, subject, detail }] of batch.entries()) {
        const outcome = outcomes[i];
        if (outcome !== undefined) settled.push({ kind, invariant, subject, detail, outcome });
      }
    }
    this.#tell(settled);
    return settled;
  }

  /** Undefined where a second look, in a turn of its own, finds nothing any more. */
  async #settleOne(finding: Finding, mayHeal: boolean): Promise<DifferenceOutcome | undefined> {
    const { kind, subject, sinceMs } = finding;
    if (sinceMs !== undefined && this.#deps.clock.nowMs() - sinceMs < HEAL_AFTER_MS) return 'waiting';
    if (DIFFERENCES[kind].rule !== 'heal') {
      await this.#deps.nextTurn();
      return this.#isGone(finding) ? undefined : 'alarmed';
    }
    if (!mayHeal) return 'waiting';
    try {
      await heal(this.#deps.healing, kind, subject);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return 'waiting';
    }
    return this.#isStillSo(finding) ? 'alarmed' : 'healed';
  }

  /** As far as it can be looked at again. The relay may only have slept, as everybody else had. */
  #isGone(finding: Finding): boolean {
    if (finding.kind === 'outbox_overdue') return this.#deps.outboxAgeMs() < OUTBOX_OVERDUE_MS;
    return isOfRecord(finding.kind) && !this.#isStillSo(finding);
  }

  #isStillSo({ kind, subject }: Finding): boolean {
    return this.#deps.records.findings(subject, this.#deps.clock.nowMs()).some((finding) => finding.kind === kind && finding.subject === subject);
  }

  #tell(settled: readonly Difference[]): void {
    const { logger, observe } = this.#deps;
    const before = this.#standing;
    this.#standing = new Set(settled.filter(({ outcome }) => outcome === 'alarmed').map(keyOf));
    for (const difference of settled) {
      const { kind, invariant, subject, detail, outcome } = difference;
      const facts = { difference: kind, invariant, subject, detail };
      if (outcome === 'waiting') continue;
      this.#alarms().settled?.(difference);
      const isKnown = outcome === 'alarmed' && before.has(keyOf(difference));
      if (!isKnown) observe.settled(kind, outcome);
      if (outcome === 'healed') logger.warn(facts, 'records differed, and a rule has put it right');
      else if (!isKnown) logger.error(facts, `records differ: ${DIFFERENCES[kind].means} ${DIFFERENCES[kind].follows}`);
      else if (DIFFERENCES[kind].rule === 'stop') this.#alarms().breached(difference);
    }
  }
}

/** Told of places, and of payments that say nothing of the order by which they were found: there is no id by which they could be looked at again. */
const WITHOUT_RECORD: ReadonlySet<DifferenceKind> = new Set<DifferenceKind>([
  'places_do_not_add_up', 'books_differ_from_holds', 'seat_of_another', 'hold_ended_early', 'hold_committed_late', 'order_paid_by_other', 'order_price_differs',
  'outbox_overdue',
]);

const isOfRecord = (kind: DifferenceKind): boolean => !WITHOUT_RECORD.has(kind);
