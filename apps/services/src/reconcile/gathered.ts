import { withPrefix, type ReservationId } from '@traffic-tacos/kernel';
import type { HoldFacts, KnownIntent, KnownRecords } from '@traffic-tacos/platform';
import type { Order, Reservation, ReservationTables } from '@traffic-tacos/reservation';
import type { HoldRecords } from './hold-records.ts';
import type { IntentRecords } from './intent-records.ts';

export interface Owners {
  readonly holds: HoldRecords;
  readonly intents: IntentRecords;
}

/** Records of this process as they stand in this very turn, and those of others as they were gathered. */
export class Gathered implements KnownRecords {
  readonly #tables: Pick<ReservationTables, 'reservations' | 'orders'>;
  readonly #holds: ReadonlyMap<string, HoldFacts>;
  readonly #intents: ReadonlyMap<string, KnownIntent>;

  constructor(tables: Pick<ReservationTables, 'reservations' | 'orders'>, holds: readonly HoldFacts[], intents: readonly KnownIntent[]) {
    this.#tables = tables;
    this.#holds = new Map(holds.map((hold) => [hold.reservationId, hold]));
    this.#intents = new Map(intents.map((intent) => [intent.now.id, intent]));
  }

  hold = (reservationId: string): HoldFacts | undefined => this.#holds.get(reservationId);
  reservation = (id: string): Reservation | undefined => this.#tables.reservations.read(id as ReservationId);
  hasReservation = (id: string): boolean => this.#tables.reservations.knows(id as ReservationId);
  order = (id: string): Order | undefined => this.#tables.orders.read(id);
  intent = (id: string): KnownIntent | undefined => this.#intents.get(id);
}

/** Reads what is needed to judge whatever has that id. Rejects with `OwnerAway`. */
export async function gather(tables: Pick<ReservationTables, 'reservations' | 'orders'>, { holds, intents }: Owners, id: string): Promise<Gathered> {
  if (id.startsWith('rsv_')) return new Gathered(tables, await holds.read([id]), []);
  const asked = id.startsWith('pay_') ? await intents.read([id]) : [];
  const [intent] = asked;
  const order = tables.orders.read(intent === undefined ? id : withPrefix('ord', intent.now.reservationId));
  const paidBy = order === undefined || order.paymentIntentId === intent?.now.id ? [] : await intents.read([order.paymentIntentId]);
  return new Gathered(tables, [], [...asked, ...paidBy]);
}
