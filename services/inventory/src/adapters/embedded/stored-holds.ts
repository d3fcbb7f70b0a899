import { parseId } from '@traffic-tacos/kernel';
import type { Hold } from '../../domain/hold.ts';
import { storedHold } from './hold-facts.ts';
import { STANDS_ALONE } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';

/** Holds as they are stored, for whoever compares them with other records. */
export class StoredHolds {
  readonly #memory: InventoryMemory;

  constructor(memory: InventoryMemory) {
    this.#memory = memory;
  }

  /** Also one that has left memory. */
  find(reservationId: string): Hold | undefined {
    const key = parseId('rsv', reservationId);
    const record = key === undefined ? undefined : this.#memory.holds.find(key);
    return record === undefined ? undefined : storedHold(this.#memory, record);
  }

  /** Looks at `budget` rows in memory from `cursor` on for holds that were made together with a reservation; answers the next cursor, or -1. */
  joined(cursor: number, budget: number, visit: (hold: Hold) => void): number {
    return this.#memory.holds.scan(cursor, budget, (record) => {
      if ((record.flags & STANDS_ALONE) === 0) visit(storedHold(this.#memory, record));
    });
  }
}
