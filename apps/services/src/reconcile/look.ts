import { withPrefix, type Clock, type Limits } from '@traffic-tacos/kernel';
import { DIFFERENCES, overdueOutbox, Records, type Counted, type Difference, type Finding } from '@traffic-tacos/platform';
import type { Reservation, ReservationTables } from '@traffic-tacos/reservation';
import { Gathered, type Owners } from './gathered.ts';
import { OwnerAway, type Owner } from './owner-away.ts';

/** What one look has found, before it is looked at again. */
export interface Suspect extends Finding {
  /** The record by which it was found, to look at it again. */
  readonly by: string;
  /** Whose matter it is. */
  readonly reservationId: string;
}

export interface LookDeps {
  readonly tables: Pick<ReservationTables, 'reservations' | 'orders'>;
  readonly owners: Owners;
  readonly failedPolicy: 'keep' | 'release';
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'reconcilePage'>;
  /** For how long the oldest change that is not handed over to the gateway, or to receivers, has waited, in ms. */
  readonly outboxAgeMs: () => number;
}

export interface LookWishes {
  readonly found: (suspect: Suspect) => void;
  /** Between two pieces; rejects where the look is to end. */
  readonly pause: () => Promise<void>;
  /** Whether the inventory looks at its books now, or tells what it has found beside traffic. */
  readonly isNow: boolean;
}

/** One look at everything: the records of this process, and those of the others, page by page. */
export class Look {
  readonly counted: Counted = { holds: 0, reservations: 0, orders: 0, intents: 0 };
  /** The earliest instant at which a record that was seen ends by itself. */
  nextEndMs = Number.POSITIVE_INFINITY;
  /** Those who did not answer all that they were asked. */
  readonly unreached = new Set<Owner>();
  /** What the inventory has found in its books, and what came of it there. */
  inBooks: { readonly differences: readonly Difference[]; readonly more: number } = { differences: [], more: 0 };
  readonly #deps: LookDeps;
  readonly #wishes: LookWishes;

  constructor(deps: LookDeps, wishes: LookWishes) {
    this.#deps = deps;
    this.#wishes = wishes;
  }

  /** Whether the inventory contradicts itself, so that nothing that it says can be trusted. */
  get isBroken(): boolean {
    return this.inBooks.differences.some(({ kind, outcome }) => outcome === 'alarmed' && DIFFERENCES[kind].rule === 'stop');
  }

  /** Money first: it has the shortest time to be put right in. Where somebody is away the rest is looked at. */
  async run(): Promise<void> {
    this.#tell(overdueOutbox(this.#deps.outboxAgeMs()), 'outbox', '');
    for (const part of [this.#intents, this.#orders, this.#reservations, this.#joinedHolds, this.#books]) {
      try {
        await part();
      } catch (error) {
        if (!(error instanceof OwnerAway)) throw error;
        this.unreached.add(error.owner);
      }
    }
  }

  readonly #intents = async (): Promise<void> => {
    const { owners, clock } = this.#deps;
    for (let cursor = 0; cursor !== -1; await this.#wishes.pause()) {
      const { intents, nextCursor, outboxAgeMs } = await owners.intents.page(cursor);
      if (cursor === 0) this.#tell(overdueOutbox(outboxAgeMs).map((finding) => ({ ...finding, subject: 'outbox of payment' })), 'outbox', '');
      const records = this.#records([], intents);
      for (const intent of intents) {
        this.counted.intents++;
        this.#endsAt(intent.endsAtMs);
        this.#tell(records.ofIntent(intent, clock.nowMs()), intent.now.id, intent.now.reservationId);
      }
      cursor = nextCursor;
    }
  };

  readonly #orders = async (): Promise<void> => {
    const { tables, owners, limits } = this.#deps;
    for (let cursor = 0; cursor !== -1; await this.#wishes.pause()) {
      const paidBy = new Map<string, string>();
      cursor = tables.orders.scan(cursor, limits.reconcilePage, ({ id, paymentIntentId }) => void paidBy.set(id, paymentIntentId));
      const records = this.#records([], await owners.intents.read([...paidBy.values()]));
      for (const id of paidBy.keys()) {
        const order = tables.orders.read(id);
        this.counted.orders++;
        if (order !== undefined) this.#tell(records.ofOrder(order), id, withPrefix('rsv', id));
      }
    }
  };

  readonly #reservations = async (): Promise<void> => {
    const { tables, owners, clock, limits } = this.#deps;
    for (let cursor = 0; cursor !== -1; await this.#wishes.pause()) {
      const ids: Reservation['id'][] = [];
      cursor = tables.reservations.scan(cursor, limits.reconcilePage, ({ id }) => void ids.push(id));
      const records = this.#records(await owners.holds.read(ids), []);
      for (const id of ids) {
        const reservation = tables.reservations.read(id);
        this.counted.reservations++;
        if (reservation === undefined) continue;
        if (reservation.status === 'HOLD') this.#endsAt(reservation.holdExpiresAtMs);
        this.#tell(records.ofReservation(reservation, clock.nowMs()), id, id);
      }
    }
  };

  /** Those that were made with a reservation, of which this process should have one. */
  readonly #joinedHolds = async (): Promise<void> => {
    const { owners, clock } = this.#deps;
    for (let cursor = 0; cursor !== -1; await this.#wishes.pause()) {
      const { holds, nextCursor } = await owners.holds.page(cursor);
      const records = this.#records(holds, []);
      for (const hold of holds) this.#tell(records.ofHold(hold, clock.nowMs()), hold.reservationId, hold.reservationId);
      cursor = nextCursor;
    }
  };

  readonly #books = async (): Promise<void> => {
    const { holds, differences, more } = await this.#deps.owners.holds.books(this.#wishes.isNow);
    this.counted.holds = holds;
    this.inBooks = { differences, more };
  };

  #records(...gathered: readonly [ConstructorParameters<typeof Gathered>[1], ConstructorParameters<typeof Gathered>[2]]): Records {
    return new Records(new Gathered(this.#deps.tables, ...gathered), this.#deps.failedPolicy);
  }

  #tell(findings: readonly Finding[], by: string, reservationId: string): void {
    for (const finding of findings) this.#wishes.found({ ...finding, by, reservationId });
  }

  #endsAt(atMs: number | undefined): void {
    if (atMs !== undefined && atMs < this.nextEndMs) this.nextEndMs = atMs;
  }
}
