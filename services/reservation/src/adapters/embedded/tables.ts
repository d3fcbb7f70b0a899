import { NO_HISTORY, type HistorySource, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { IdempotencyTable } from './idempotency-table.ts';
import { OrderTable } from './order-table.ts';
import { OutboxTable } from './outbox-table.ts';
import { ReservationTable } from './reservation-table.ts';
import { TokenUseTable } from './token-use-table.ts';

/** The memory of this service, as tables of the journal. */
export interface ReservationTables {
  readonly reservations: ReservationTable;
  readonly orders: OrderTable;
  readonly keys: IdempotencyTable;
  readonly outbox: OutboxTable;
  /** Empty where the waiting rooms are in this process. */
  readonly tokenUses: TokenUseTable;
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createReservationTables(limits: Limits, history: HistorySource = NO_HISTORY): ReservationTables {
  const reservations = new ReservationTable(limits, history);
  const orders = new OrderTable(limits, history);
  const keys = new IdempotencyTable(limits);
  const outbox = new OutboxTable();
  const tokenUses = new TokenUseTable(limits);
  return { reservations, orders, keys, outbox, tokenUses, all: [reservations, orders, keys, outbox, tokenUses] as readonly RecordTable<unknown>[] };
}
