import type { Unit } from '@traffic-tacos/journal';
import { formatId, type EpochMs } from '@traffic-tacos/kernel';
import { EXPIRED_HOLD } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';

const NONE: readonly string[] = [];

/** Holds that are over and stand in a grant's way: it ends them in its own unit, no more of them than it needs. */
export class OverHolds {
  readonly #memory: InventoryMemory;
  readonly #now: EpochMs;
  #rows: Set<number> | undefined;

  constructor(memory: InventoryMemory, now: EpochMs) {
    this.#memory = memory;
    this.#now = now;
  }

  get rows(): readonly number[] {
    return this.#rows === undefined ? [] : [...this.#rows];
  }

  isOver(row: number): boolean {
    const { rows } = this.#memory;
    return rows.isHeld(row) && rows.expiresAtMs(row) <= this.#now;
  }

  add(row: number): void {
    this.#rows ??= new Set();
    this.#rows.add(row);
  }

  /** Writes their end into the unit; answers their reservation ids. */
  end(unit: Unit): readonly string[] {
    if (this.#rows === undefined) return NONE;
    const { holds } = this.#memory;
    return this.rows.map((row) => {
      const hold = holds.recordOf(row);
      unit.write(holds, { ...hold, version: hold.version + 1, state: EXPIRED_HOLD, changedAtMs: this.#now });
      return formatId('rsv', hold.key);
    });
  }
}
