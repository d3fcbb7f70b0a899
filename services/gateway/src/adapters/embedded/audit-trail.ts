import type { Units } from '@traffic-tacos/journal';
import type { Clock } from '@traffic-tacos/kernel';
import { NO_ACTION, type AdminAction, type BrokenLink, type ChainedAction } from '../../domain/admin-action.ts';
import type { AuditTrail, TrailPage } from '../../ports/audit-trail.ts';
import { chained, type ActionTable } from './action-table.ts';

/** The trail in the journal of this process. */
export class EmbeddedAuditTrail implements AuditTrail {
  readonly #units: Units;
  readonly #table: ActionTable;
  readonly #clock: Clock;

  constructor(units: Units, table: ActionTable, clock: Clock) {
    this.#units = units;
    this.#table = table;
    this.#clock = clock;
  }

  get size(): number {
    return this.#table.size;
  }

  record(action: Omit<AdminAction, 'sequence' | 'atMs'>): Promise<ChainedAction> {
    return this.#units.run((unit) => {
      const { head } = this.#table;
      const entry = chained({ ...action, sequence: (head?.sequence ?? 0) + 1, atMs: this.#clock.nowMs() }, head?.hash ?? NO_ACTION);
      unit.write(this.#table, entry);
      return entry;
    });
  }

  list({ before, limit }: { readonly before: number | undefined; readonly limit: number }): TrailPage {
    const entries: ChainedAction[] = [];
    let sequence = Math.min(before ?? Infinity, (this.#table.head?.sequence ?? 0) + 1) - 1;
    for (let entry = this.#table.find(sequence); entry !== undefined; entry = this.#table.find(--sequence)) {
      if (entries.length === limit) return { entries, next: sequence + 1 };
      entries.push(entry);
    }
    return { entries, next: undefined };
  }

  head(): ChainedAction | undefined {
    return this.#table.head;
  }

  check(): readonly BrokenLink[] {
    return this.#table.check();
  }
}
