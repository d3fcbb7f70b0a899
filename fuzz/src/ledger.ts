import type { Sender } from './world.ts';

/** What a client has been told of a reservation, in the order in which it may come. */
type Told = 'HOLD' | 'CONFIRMED' | 'CANCELLED';

export interface Acknowledged {
  readonly reservationId: string;
  readonly owner: Sender;
  told: Told;
}

const ID = /\b(?:rsv|ord|pay)_([0-7][0-9A-HJKMNP-TV-Z]{25})\b/g;

/** Remembers what has been acknowledged, and to whom everything belongs. */
export class Ledger {
  readonly #owners = new Map<string, Sender>();
  readonly #acknowledged = new Map<string, Acknowledged>();
  #unchecked: Acknowledged[] = [];

  /** A success has named this id to its owner. An order has the suffix of its reservation, and so its owner. */
  owned(id: string, owner: Sender): void {
    this.#owners.set(id.slice(4), owner);
  }

  told(reservationId: string, owner: Sender, told: Told): void {
    const known = this.#acknowledged.get(reservationId);
    if (known !== undefined) {
      known.told = told;
      return;
    }
    const acknowledged = { reservationId, owner, told };
    this.#acknowledged.set(reservationId, acknowledged);
    this.#unchecked.push(acknowledged);
  }

  /** An id in this text that belongs to another user than the sender; operators and services may see all. */
  foreignIn(text: string, { kind, userId }: Sender): string | undefined {
    if (kind === 'admin' || kind === 'service') return undefined;
    for (const [id, suffix = ''] of text.matchAll(ID)) {
      const owner = this.#owners.get(suffix);
      if (owner !== undefined && owner.userId !== userId) return id;
    }
    return undefined;
  }

  /** What has been acknowledged since this was asked for the last time. */
  takeUnchecked(): readonly Acknowledged[] {
    const taken = this.#unchecked;
    this.#unchecked = [];
    return taken;
  }

  /** Every so many-th of all. */
  sample(every: number): readonly Acknowledged[] {
    return [...this.#acknowledged.values()].filter((_one, at) => at % every === 0);
  }

  get size(): number {
    return this.#acknowledged.size;
  }
}

/** Whether a reservation that was told to be in one state may be found in another one later. */
export function mayRead(told: Told, status: string): boolean {
  switch (told) {
    case 'HOLD':
      return ['HOLD', 'EXPIRED', 'CONFIRMED', 'CANCELLED', 'FAILED', 'REFUNDED'].includes(status);
    case 'CONFIRMED':
      return ['CONFIRMED', 'REFUNDED'].includes(status);
    case 'CANCELLED':
      return status === 'CANCELLED';
  }
}
