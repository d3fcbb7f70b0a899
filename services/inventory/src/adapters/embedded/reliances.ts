import type { Reliance } from '@traffic-tacos/journal';
import { NO_ROW, type IdWords } from '@traffic-tacos/kernel';
import { buyerOf, type Buyer } from './buyer.ts';
import type { EventState } from './event-state.ts';
import type { InventoryMemory } from './memory.ts';
import type { SectionState } from './section-state.ts';

/** What a grant of places relied on: the event's terms, the places themselves, and what the buyer has already. */
export class GrantReliance implements Reliance {
  readonly #memory: InventoryMemory;
  readonly #event: EventState;
  readonly #eventVersion: number;
  readonly #buyer: Buyer;
  readonly #buyerVersion: number;
  readonly #seats: readonly number[];
  readonly #seatVersions: number;
  readonly #pool: SectionState | undefined;
  readonly #poolVersion: number;

  /** `seats` are the places where `pool` is undefined. */
  constructor(memory: InventoryMemory, event: EventState, buyer: Buyer, seats: readonly number[], pool: SectionState | undefined) {
    this.#memory = memory;
    this.#event = event;
    this.#eventVersion = event.version;
    this.#buyer = buyer;
    this.#buyerVersion = memory.buyers.versionOf(buyer.row);
    this.#seats = seats;
    this.#seatVersions = event.seats.versionSum(seats);
    this.#pool = pool;
    this.#poolVersion = pool === undefined ? 0 : pool.version;
  }

  holds(): boolean {
    return (
      this.#event.version === this.#eventVersion &&
      this.#event.seats.versionSum(this.#seats) === this.#seatVersions &&
      (this.#pool === undefined || this.#pool.version === this.#poolVersion) &&
      this.#currentBuyerVersion() === this.#buyerVersion
    );
  }

  #currentBuyerVersion(): number {
    const { row, userId } = this.#buyer;
    return this.#memory.buyers.versionOf(row === NO_ROW ? buyerOf(this.#memory, this.#event, userId).row : row);
  }
}

/** A decision that rested on a hold without changing it. */
export class HoldReliance implements Reliance {
  readonly #memory: InventoryMemory;
  readonly #key: IdWords;
  readonly #version: number;

  constructor(memory: InventoryMemory, key: IdWords) {
    this.#memory = memory;
    this.#key = key;
    this.#version = this.#currentVersion();
  }

  holds(): boolean {
    return this.#currentVersion() === this.#version;
  }

  #currentVersion(): number {
    const { rows } = this.#memory;
    return rows.versionOf(rows.find(this.#key));
  }
}

/** A decision that rested on all places of an event. */
export class EventReliance implements Reliance {
  readonly #event: EventState;
  readonly #changes: number;

  constructor(event: EventState) {
    this.#event = event;
    this.#changes = event.changes;
  }

  holds(): boolean {
    return this.#event.changes === this.#changes;
  }
}
