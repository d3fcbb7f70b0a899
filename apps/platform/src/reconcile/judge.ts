import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import type { Breach, Finding } from '../audit/breach.ts';
import { DIFFERENCES, type DifferenceKind } from '../audit/difference.ts';
import { keyOf } from './finds.ts';

/** How long what follows from a change is left to whoever should see to it. With a walk each second it is put right within 5 s. */
export const HEAL_AFTER_MS = 2_000;
const HEALED_AT_ONCE = 32;

/** `waiting`: it is younger than what follows from changes may take, or could not be decided just now, or stands beside a broken guarantee. */
export type DifferenceOutcome = 'healed' | 'waiting' | 'alarmed';

export interface Difference extends Breach {
  readonly outcome: DifferenceOutcome;
}

/** Who is told of what ends a process. */
export interface ReconcilerAlarms {
  /** What nothing but a fault of ours can have made stands in two walks, one after the other. */
  readonly breached: (breach: Breach) => void;
  readonly failed: (cause: unknown) => void;
  /** Told of each difference that a rule has put right, or that stays, after every walk. */
  readonly settled?: (difference: Difference) => void;
}

export interface JudgeDeps<Found extends Finding> {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly logger: Logger;
  /** Does what a rule says. Rejects with `Unavailable` where it could not be decided. */
  readonly heal: (finding: Found) => Promise<void>;
  /** A second look, in a turn of its own. May reject with `Unavailable`. */
  readonly isStillSo: (finding: Found) => boolean | Promise<boolean>;
  /** Whether somebody carries through what it is about, and repeats that until it is done. Nobody does unless given. */
  readonly isUnderWay?: (finding: Found) => boolean;
  /** Resolves in a turn of its own, once others have had theirs. */
  readonly nextTurn: () => Promise<unknown>;
  readonly counted: (kind: DifferenceKind, outcome: 'healed' | 'alarmed') => void;
  readonly alarms: () => Pick<ReconcilerAlarms, 'breached' | 'settled'>;
}

/** Heals, or tells: each difference that stays is told once. */
export class Judge<Found extends Finding = Finding> {
  readonly #deps: JudgeDeps<Found>;
  /** What stayed after the last walk. */
  #standing: ReadonlySet<string> = new Set();

  constructor(deps: JudgeDeps<Found>) {
    this.#deps = deps;
  }

  /** With `isBroken`, somebody else has found a guarantee broken. */
  async settle(findings: readonly Found[], isBroken = false): Promise<readonly Difference[]> {
    const settled: Difference[] = [];
    // What memory says cannot be trusted then, and money would move by it.
    const mayHeal = !isBroken && !findings.some(({ kind }) => DIFFERENCES[kind].rule === 'stop');
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

  /** Undefined where a second look finds nothing any more, in a turn of its own unless a rule heals it: a walk under load ends long after what it met on its way has come to its end. */
  async #settleOne(finding: Found, mayHeal: boolean): Promise<DifferenceOutcome | undefined> {
    const { clock, heal, isStillSo, isUnderWay, nextTurn } = this.#deps;
    const { kind, sinceMs } = finding;
    if (sinceMs !== undefined && clock.nowMs() - sinceMs < HEAL_AFTER_MS) return 'waiting';
    const isHealed = DIFFERENCES[kind].rule === 'heal';
    if (isHealed && !mayHeal) return 'waiting';
    try {
      if (!isHealed) await nextTurn();
      if (!(await isStillSo(finding))) return undefined;
      if (isHealed) {
        await heal(finding);
        if (!(await isStillSo(finding))) return 'healed';
      }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return 'waiting';
    }
    return isUnderWay?.(finding) === true ? 'waiting' : 'alarmed';
  }

  #tell(settled: readonly Difference[]): void {
    const { logger, counted, alarms } = this.#deps;
    const before = this.#standing;
    this.#standing = new Set(settled.filter(({ outcome }) => outcome === 'alarmed').map(keyOf));
    for (const difference of settled) {
      const { kind, invariant, subject, detail, outcome } = difference;
      const facts = { difference: kind, invariant, subject, detail };
      if (outcome === 'waiting') continue;
      alarms().settled?.(difference);
      const isKnown = outcome === 'alarmed' && before.has(keyOf(difference));
      if (!isKnown) counted(kind, outcome);
      if (outcome === 'healed') logger.warn(facts, 'records differed, and a rule has put it right');
      else if (!isKnown) logger.error(facts, `records differ: ${DIFFERENCES[kind].means} ${DIFFERENCES[kind].follows}`);
      else if (DIFFERENCES[kind].rule === 'stop') alarms().breached(difference);
    }
  }
}
