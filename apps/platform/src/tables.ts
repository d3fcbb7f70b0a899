import { createGatewayTables, type GatewayTables } from '@traffic-tacos/gateway';
import { createInventoryMemory, type InventoryMemory } from '@traffic-tacos/inventory';
import { NO_HISTORY, PledgeTable, RelayPositionTable, type HistoryShape, type HistorySource, type MovableTable, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { createPaymentTables, type PaymentTables } from '@traffic-tacos/payment';
import { createQueueTables, type QueueTables } from '@traffic-tacos/queue';
import { createReservationTables, type ReservationTables } from '@traffic-tacos/reservation';
import { createWorkerTables, type WorkerTables } from '@traffic-tacos/worker';

/** What a journal fills, of which some tables hand over what has ended to a history. */
export interface TablesWithHistory {
  readonly pledge: PledgeTable;
  /** Those whose ended records leave memory for the history. */
  readonly movable: readonly MovableTable[];
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

/** What a history of these tables has. */
export const shapesOf = (tables: readonly RecordTable<unknown>[]): readonly HistoryShape<unknown>[] => tables.map(({ shape }) => shape).filter((shape) => shape !== undefined);

/** The memory of the whole platform: every service's tables, filled by one journal. */
export interface PlatformTables extends TablesWithHistory {
  readonly inventory: InventoryMemory;
  readonly reservation: ReservationTables;
  readonly payment: PaymentTables;
  readonly gateway: GatewayTables;
  readonly queue: QueueTables;
  readonly worker: WorkerTables;
  readonly relayPosition: RelayPositionTable;
}

export function createPlatformTables(limits: Limits, history: HistorySource = NO_HISTORY): PlatformTables {
  const inventory = createInventoryMemory(limits, undefined, history);
  const reservation = createReservationTables(limits, history);
  const payment = createPaymentTables(limits, history);
  const gateway = createGatewayTables(limits);
  const queue = createQueueTables(limits);
  const worker = createWorkerTables(limits);
  const relayPosition = new RelayPositionTable();
  const pledge = new PledgeTable();
  // Only a service that runs apart writes a position of this relay; its journal is read with these tables too.
  const ofJournal = [relayPosition, new RelayPositionTable('receivers'), pledge] as readonly RecordTable<unknown>[];
  const all = [...inventory.all, ...reservation.all, ...payment.all, ...gateway.all, ...queue.all, ...worker.all, ...ofJournal];
  return { inventory, reservation, payment, gateway, queue, worker, relayPosition, pledge, movable: [inventory.holds, reservation.reservations, reservation.orders, payment.intents], all };
}
