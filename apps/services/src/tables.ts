import { createInventoryMemory, type InventoryMemory } from '@traffic-tacos/inventory';
import { PledgeTable, RelayPositionTable, type HistorySource, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { createPaymentTables, type PaymentTables } from '@traffic-tacos/payment';
import type { TablesWithHistory } from '@traffic-tacos/platform';
import { createReservationTables, type ReservationTables } from '@traffic-tacos/reservation';
import { isAnswered } from './follow-results.ts';

/** What the journal of the inventory fills. What has ended of its holds goes into its own history. */
export function inventoryTables(limits: Limits, history: HistorySource): TablesWithHistory & { readonly inventory: InventoryMemory } {
  const inventory = createInventoryMemory(limits, undefined, history);
  const pledge = new PledgeTable();
  return { inventory, pledge, movable: [inventory.holds], all: [...inventory.all, pledge as RecordTable<unknown>] };
}

/** … of the reservation service: of reservations, and of orders. */
export function reservationTables(limits: Limits, history: HistorySource): TablesWithHistory & { readonly reservation: ReservationTables; readonly positions: Readonly<Record<'gateway' | 'receivers', RelayPositionTable>> } {
  const reservation = createReservationTables(limits, history);
  const positions = { gateway: new RelayPositionTable(), receivers: new RelayPositionTable('receivers') };
  const pledge = new PledgeTable();
  const all = [...reservation.all, ...(Object.values(positions) as RecordTable<unknown>[]), pledge as RecordTable<unknown>];
  return { reservation, positions, pledge, movable: [reservation.reservations, reservation.orders], all };
}

/** … of the payment service: of payments, once the reservation service has answered what they came to. */
export function paymentTables(limits: Limits, history: HistorySource): TablesWithHistory & { readonly payment: PaymentTables; readonly position: RelayPositionTable } {
  const payment = createPaymentTables(limits, history);
  const { intents, answered } = payment;
  intents.leaveOnly((intent) => isAnswered(intent, answered));
  intents.keepAtStart('FAILED');
  const position = new RelayPositionTable();
  const pledge = new PledgeTable();
  const all = [...payment.all, position as RecordTable<unknown>, pledge as RecordTable<unknown>];
  return { payment, position, pledge, movable: [intents, answered], all };
}
