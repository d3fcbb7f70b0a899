import { AuditView } from '@traffic-tacos/inventory';
import type { RecordTable } from '@traffic-tacos/journal';
import { formatId, type EpochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { intentAt } from '@traffic-tacos/payment';
import type { PlatformTables } from '../tables.ts';
import type { PlatformView } from './audit-platform.ts';

const ROWS_AT_A_TIME = 10_000;

/** Everything that the tables of a platform hold, live or read beside one, with what has left them for the history. Payments and keys read as they stand at `nowMs`. */
export const viewOf = (tables: Pick<PlatformTables, 'inventory' | 'reservation' | 'payment'> & Partial<Pick<PlatformTables, 'gateway' | 'queue'>>, nowMs: EpochMs): PlatformView => ({
  inventory: new AuditView(tables.inventory),
  reservations: () => tables.reservation.reservations.everywhere(),
  orders: () => tables.reservation.orders.everywhere(),
  intents: () => tables.payment.intents.everywhere((recorded) => intentAt(recorded, nowMs)),
  keyed: () => keyedIn(tables, nowMs),
  behindHistory: () => behindHistory(tables),
  places: () => (tables.queue === undefined ? [] : recordsOf(tables.queue.places)),
  brokenTrail: () => tables.gateway?.actions.check() ?? [],
});

function* behindHistory({ reservation, payment }: Pick<PlatformTables, 'reservation' | 'payment'>): Generator<string> {
  yield* reservation.reservations.behindHistory();
  yield* reservation.orders.behindHistory();
  yield* payment.intents.behindHistory();
}

/** Keys that have run out stay in their tables until their rows are wanted: what they led to is nobody's concern. */
function* keyedIn({ reservation, payment }: Pick<PlatformTables, 'reservation' | 'payment'>, nowMs: EpochMs): Generator<ReservationId | PaymentIntentId> {
  for (const key of recordsOf(reservation.keys)) {
    if (reservation.keys.find(key.digest, nowMs) !== undefined) yield formatId('rsv', key.reservation);
  }
  for (const key of recordsOf(payment.keys)) if (key.expiresAtMs > nowMs) yield key.intentId;
}

/** All records of a table, walked as a snapshot walks them. */
function recordsOf<R>(table: RecordTable<R>): readonly R[] {
  const records: R[] = [];
  for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, ROWS_AT_A_TIME, (record) => records.push(record));
  return records;
}
