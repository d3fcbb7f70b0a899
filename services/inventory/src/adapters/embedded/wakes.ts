import { ExpiryQueue, epochMs, present, type EpochMs } from '@traffic-tacos/kernel';
import type { SectionState } from './section-state.ts';

/** Some hundred microseconds. */
const SEEN_PER_TURN = 4_096;

/** When which section has a hold that is over: one entry for a section, however many holds it has. */
export class Wakes {
  readonly #queue = new ExpiryQueue();
  readonly #sections: SectionState[] = [];
  /** Sections that may have holds to end. */
  #listed: SectionState[] = [];

  /** A hold of the section ends at that instant. */
  schedule(section: SectionState, atMs: number): void {
    if (atMs >= section.wake.atMs) return;
    if (section.wake.index === -1) section.wake.index = this.#sections.push(section) - 1;
    section.wake.atMs = atMs;
    this.#queue.push(epochMs(atMs), section.wake.index);
  }

  /** The next instant at which a hold may come due that `collect` has not seen; undefined when there is none. */
  nextAtMs(): number | undefined {
    return this.#queue.nextAtMs();
  }

  /**
   * Rows of holds that are over at `now`, that nobody has ended and that are wanted, at most `limit`, each once, in no order. The others are
   * somebody else's to end; no more of them are looked at in one turn than keep it short, since by the next turn the first ones have ended.
   */
  collect(now: EpochMs, limit: number, isWanted: (row: number) => boolean = () => true): readonly number[] {
    this.#list(now);
    const rows = new Set<number>();
    let seen = 0;
    const visit = (row: number): boolean => {
      if (isWanted(row)) rows.add(row);
      return rows.size < limit && ++seen < SEEN_PER_TURN;
    };
    for (const section of this.#listed) {
      section.settle(now);
      section.due.visit(now, visit);
      if (rows.size >= limit || seen >= SEEN_PER_TURN) break;
    }
    this.#listed = this.#listed.filter((section) => {
      section.wake.isListed = !section.due.isEmpty;
      return section.wake.isListed;
    });
    return [...rows];
  }

  /** Lists the sections whose wake-up has come, and schedules their next. */
  #list(now: EpochMs): void {
    for (let index = this.#queue.popDue(now); index !== undefined; index = this.#queue.popDue(now)) {
      const section = present(this.#sections[index], 'a section that was scheduled');
      section.settle(now);
      section.wake.atMs = Number.POSITIVE_INFINITY;
      const nextAtMs = section.due.nextAtMs();
      if (nextAtMs !== undefined) this.schedule(section, nextAtMs);
      if (section.wake.isListed) continue;
      section.wake.isListed = true;
      this.#listed.push(section);
    }
  }
}
