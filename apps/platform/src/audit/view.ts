import { AuditView } from '@traffic-tacos/inventory';
import type { RecordTable } from '@traffic-tacos/journal';
import type { EpochMs } from '@traffic-tacos/kernel';
import { intentAt } from '@traffic-tacos/payment';
import type { PlatformTables } from '../tables.ts';
import type { PlatformView } from './audit-platform.ts';

const ROWS_AT_A_TIME = 10_000;

/** Everything that the tables of a platform hold, live or read beside one. Payments read as they stand at `nowMs`. */
export const viewOf = (tables: PlatformTables, nowMs: EpochMs): PlatformView => ({
  inventory: new AuditView(tables.inventory),
  reservations: () => recordsOf(tables.reservation.reservations),
  orders: () => recordsOf(tables.reservation.orders),
  intents: () => tables.payment.intents.all((recorded) => intentAt(recorded, nowMs)),
});

/** All records of a table, walked as a snapshot walks them. */
function recordsOf<R>(table: RecordTable<R>): readonly R[] {
  const records: R[] = [];
  for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, ROWS_AT_A_TIME, (record) => records.push(record));
  return records;
}
