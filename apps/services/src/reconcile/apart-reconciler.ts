import { setImmediate } from 'node:timers/promises';
import { Unavailable, type Limits } from '@traffic-tacos/kernel';
import { Finds, Judge, keyOf, type Breach, type DifferenceKind, type ReconcilerAlarms, type ReconcileReport } from '@traffic-tacos/platform';
import type { Scheduler } from '@traffic-tacos/reservation';
import { Absences } from './absences.ts';
import { Look, type LookDeps, type LookWishes, type Suspect } from './look.ts';
import { OwnerAway, type Owner } from './owner-away.ts';
import { SecondLook, type SecondLookDeps } from './second-look.ts';
import { createPauses, Sleeps } from './sleeps.ts';

/**
 * From the look that finds something to the one that counts. What is under way between two processes looks like a difference, and is over by
 * then: answered, or given up, after which whoever began it repeats it each second.
 */
const LOOK_AGAIN_AFTER_MS = 6_000;
/** From the end of a look to the next one, if there is anything to look at. */
const LOOK_EVERY_MS = 2_000;
/** Where somebody is away the others are compared this often. */
const INCOMPLETE_EVERY_MS = 30_000;

/** What a look has come to. */
export interface ApartReport extends ReconcileReport {
  /** Who did not answer all that they were asked, so that not everything was compared. */
  readonly unreached: readonly Owner[];
}

export interface ApartReconcilerDeps extends LookDeps, SecondLookDeps {
  readonly clock: LookDeps['clock'];
  /** Whether somebody carries through what it is about, and repeats that until it is answered. */
  readonly isUnderWay: (suspect: Suspect) => boolean;
  /** How far this process's journal is. */
  readonly appliedSequence: () => number;
  readonly monotonicMs: () => number;
  readonly limits: Pick<Limits, 'reconcileFindings' | 'reconcilePage'>;
  readonly timers: Scheduler;
  readonly observe: { readonly settled: (kind: DifferenceKind, outcome: 'healed' | 'alarmed') => void; readonly walked: (tookMs: number) => void };
}

/** Of records that are both in this process, and so of one instant: nothing but a fault of ours can have made them differ. Between two processes an older backup of one can. */
const OF_ONE_JOURNAL: ReadonlySet<DifferenceKind> = new Set<DifferenceKind>(['reservation_and_order_disagree', 'order_without_reservation', 'order_of_other_payment']);

/**
 * Compares the records of services that are in processes of their own, in the one that has reservations, orders and their announcements: with
 * the same checks and the same rules as where all of them are in one. What is read of two processes is of two instants, so a difference counts
 * when it is found again, both records read anew.
 */
export class ApartReconciler {
  readonly #deps: ApartReconcilerDeps;
  readonly #absences: Absences;
  readonly #sleeps: Sleeps;
  readonly #secondLook: SecondLook;
  readonly #judge: Judge<Suspect>;
  readonly #beside: Omit<LookWishes, 'found'>;
  #alarms: ReconcilerAlarms = { breached: () => undefined, failed: () => undefined };
  #working: Promise<void> = Promise.resolve();
  #asked: Promise<ApartReport> | undefined;
  #seen: string | undefined;
  #lookAgainMs = 0;

  constructor(deps: ApartReconcilerDeps) {
    const { clock, logger, timers, monotonicMs, observe, isUnderWay } = deps;
    this.#deps = deps;
    this.#absences = new Absences(logger, monotonicMs);
    this.#sleeps = new Sleeps(timers);
    this.#secondLook = new SecondLook(deps);
    const { heal, isStillSo } = this.#secondLook;
    this.#judge = new Judge<Suspect>({ clock, logger, heal, isStillSo, isUnderWay, nextTurn: () => setImmediate(), counted: observe.settled, alarms: () => this.#alarms });
    this.#beside = { pause: createPauses(this.#sleeps, monotonicMs), isNow: false };
  }

  /** Begins to look, again and again. */
  start(alarms: ReconcilerAlarms): void {
    const breached = (breach: Breach): void => {
      if (OF_ONE_JOURNAL.has(breach.kind)) alarms.breached(breach);
    };
    this.#alarms = { ...alarms, breached };
    this.#working = this.#lookForEver().catch((error: unknown) => {
      if (!(error instanceof Unavailable)) this.#alarms.failed(error);
    });
  }

  /**
   * Looks at everything now, heals what can be healed, and tells of everything that was found. Several who ask at once get the same look. Rejects with `Unavailable`
   * when the process ends, or while it does not know what time it is.
   */
  run(): Promise<ApartReport> {
    this.#asked ??= this.#look({ pause: () => this.#nextTurn(), isNow: true }).finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  /** Resolves when nothing is being healed any more. */
  async stop(): Promise<void> {
    this.#sleeps.stop();
    await Promise.allSettled([this.#working, this.#asked]);
  }

  async #lookForEver(): Promise<void> {
    const { clock, monotonicMs, observe } = this.#deps;
    for (;;) {
      await this.#sleeps.for(LOOK_EVERY_MS);
      const position = await this.#position();
      const isSeen = position === undefined || position === this.#seen;
      if (isSeen && clock.nowMs() < this.#lookAgainMs) continue;
      const beganMs = monotonicMs();
      const { unreached } = await this.#look(this.#beside);
      observe.walked(monotonicMs() - beganMs);
      this.#seen = unreached.length === 0 ? position : undefined;
    }
  }

  /** How far all journals are: at rest this costs a small question to each of the others. Undefined where one of them is away. */
  async #position(): Promise<string | undefined> {
    const { owners, appliedSequence } = this.#deps;
    try {
      const [inventory, { sequence: payment }] = await Promise.all([owners.holds.sequence(), owners.intents.glance()]);
      return `${appliedSequence()} ${inventory} ${payment}`;
    } catch (error) {
      if (!(error instanceof OwnerAway)) throw error;
      this.#absences.tell([error.owner]);
      return undefined;
    }
  }

  async #look(wishes: Omit<LookWishes, 'found'>): Promise<ApartReport> {
    const { limits, clock } = this.#deps;
    const finds = new Finds<Suspect>(limits.reconcileFindings);
    const look = new Look(this.#deps, { ...wishes, found: finds.add });
    await look.run();
    const { counted, unreached, inBooks } = look;
    const suspects = finds.all;
    if (suspects.length > 0) await this.#sleeps.for(LOOK_AGAIN_AFTER_MS);
    const found = await this.#secondLook.stillSo(suspects, (owner) => unreached.add(owner));
    const settled = await this.#judge.settle(found, look.isBroken);
    // That a hold is over and still on record both may have found, the one of its row and the other of its reservation's.
    const own = new Set(settled.map(keyOf));
    const differences = [...inBooks.differences.filter((difference) => !own.has(keyOf(difference))), ...settled];
    const more = finds.more + inBooks.more;
    const isOver = more === 0 && differences.every(({ outcome }) => outcome === 'healed');
    this.#lookAgainMs = unreached.size > 0 ? clock.nowMs() + INCOMPLETE_EVERY_MS : isOver ? look.nextEndMs + LOOK_AGAIN_AFTER_MS : clock.nowMs();
    this.#absences.tell([...unreached]);
    return { counted, differences, more, unreached: [...unreached] };
  }

  async #nextTurn(): Promise<void> {
    await setImmediate();
    this.#sleeps.check();
  }
}
