import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import { overdueOutbox, Records, type DifferenceKind } from '@traffic-tacos/platform';
import { gather, type Gathered } from './gathered.ts';
import type { LookDeps, Suspect } from './look.ts';
import { OwnerAway, type Owner } from './owner-away.ts';

const AT_ONCE = 32;

export interface SecondLookDeps extends Pick<LookDeps, 'tables' | 'owners' | 'failedPolicy' | 'outboxAgeMs'> {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly logger: Logger;
  /** Does what a rule says of records as they were gathered. Rejects with `Unavailable` where it could not be decided. */
  readonly heal: (known: Gathered, kind: DifferenceKind, subject: string) => Promise<void>;
}

/** Looks at single records, each read anew. */
export class SecondLook {
  readonly #deps: SecondLookDeps;

  constructor(deps: SecondLookDeps) {
    this.#deps = deps;
  }

  /** Those that are still so. What could not be looked at stays, and its owner is told. */
  async stillSo(suspects: readonly Suspect[], away: (owner: Owner) => void): Promise<readonly Suspect[]> {
    const still: Suspect[] = [];
    for (let at = 0; at < suspects.length; at += AT_ONCE) {
      const batch = suspects.slice(at, at + AT_ONCE);
      const found = await Promise.all(batch.map((suspect) => this.#isStillSoOrUnknown(suspect, away)));
      still.push(...batch.filter((_, index) => found[index]));
    }
    return still;
  }

  /** A row of this process that has changed while the other one was asked is being worked on. */
  readonly isStillSo = async ({ kind, subject, by, reservationId }: Suspect): Promise<boolean> => {
    const { tables, owners, failedPolicy, clock, outboxAgeMs } = this.#deps;
    if (kind === 'outbox_overdue') return overdueOutbox(subject === 'outbox' ? outboxAgeMs() : (await owners.intents.glance()).outboxAgeMs).length > 0;
    const before = this.#versionOf(reservationId);
    const records = new Records(await gather(tables, owners, by), failedPolicy);
    if (this.#versionOf(reservationId) !== before) return false;
    return records.findings(by, clock.nowMs()).some((found) => found.kind === kind && found.subject === subject);
  };

  /** What the others answer that no rule knows of is told, and the difference stays for a person. */
  readonly heal = async ({ kind, subject, by }: Suspect): Promise<void> => {
    const { tables, owners, logger, heal } = this.#deps;
    try {
      await heal(await gather(tables, owners, by), kind, subject);
    } catch (err) {
      if (err instanceof Unavailable) throw err;
      logger.error({ err, difference: kind, subject }, 'a difference could not be healed');
    }
  };

  async #isStillSoOrUnknown(suspect: Suspect, away: (owner: Owner) => void): Promise<boolean> {
    try {
      return await this.isStillSo(suspect);
    } catch (error) {
      if (!(error instanceof OwnerAway)) throw error;
      away(error.owner);
      return true;
    }
  }

  #versionOf(reservationId: string): number {
    return this.#deps.tables.reservations.read(reservationId as Parameters<LookDeps['tables']['reservations']['read']>[0])?.version ?? 0;
  }
}
