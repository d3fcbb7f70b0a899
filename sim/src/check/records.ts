import type { InventoryMemory } from '@traffic-tacos/inventory';
import type { RecordTable, StagedRecord } from '@traffic-tacos/journal';
import { formatId, type IdWords } from '@traffic-tacos/kernel';
import type { Intent, PaymentTables } from '@traffic-tacos/payment';
import type { PlatformTables } from '@traffic-tacos/platform';
import type { QueueTables } from '@traffic-tacos/queue';
import type { Order, Reservation, ReservationTables } from '@traffic-tacos/reservation';
import type { WorkerTables } from '@traffic-tacos/worker';

type RecordOf<Table extends { apply(record: never): void }> = Parameters<Table['apply']>[0];

export type EventRecord = RecordOf<InventoryMemory['events']>;
export type HoldRecord = RecordOf<InventoryMemory['holds']>;
export type KeyRecord = RecordOf<ReservationTables['keys']>;
export type Announcement = RecordOf<ReservationTables['outbox']>;
export type PaymentKeyRecord = RecordOf<PaymentTables['keys']>;
export type PlaceRecord = RecordOf<QueueTables['places']>;
export type TickRecord = RecordOf<QueueTables['rooms']>;
export type RoomRecord = TickRecord['room'];
export type DrawRecord = RecordOf<QueueTables['draws']>;
export type MessageRecord = RecordOf<WorkerTables['messages']>;
export type AppliedRecord = RecordOf<WorkerTables['applied']>;

/** What can stand in an entry, by the table that it belongs to. */
export interface Records {
  readonly event: EventRecord;
  readonly hold: HoldRecord;
  readonly reservation: Reservation;
  readonly order: Order;
  readonly key: KeyRecord;
  readonly intent: Intent;
  readonly paymentKey: PaymentKeyRecord;
  readonly place: PlaceRecord;
  readonly room: TickRecord;
  readonly draw: DrawRecord;
  readonly message: MessageRecord;
  readonly applied: AppliedRecord;
}
export type Kind = keyof Records;

/** The tables of one process, by kind. */
export const tablesByKind = ({ inventory, reservation, payment, queue, worker }: PlatformTables): Readonly<Record<Kind, RecordTable<unknown>>> =>
  ({
    event: inventory.events,
    hold: inventory.holds,
    reservation: reservation.reservations,
    order: reservation.orders,
    key: reservation.keys,
    intent: payment.intents,
    paymentKey: payment.keys,
    place: queue.places,
    room: queue.rooms,
    draw: queue.draws,
    message: worker.messages,
    applied: worker.applied,
  }) as Readonly<Record<Kind, RecordTable<unknown>>>;

/** One entry, taken apart. */
export class Entry {
  readonly event: EventRecord[] = [];
  readonly hold: HoldRecord[] = [];
  readonly reservation: Reservation[] = [];
  readonly order: Order[] = [];
  readonly key: KeyRecord[] = [];
  readonly intent: Intent[] = [];
  readonly paymentKey: PaymentKeyRecord[] = [];
  readonly place: PlaceRecord[] = [];
  readonly room: TickRecord[] = [];
  readonly draw: DrawRecord[] = [];
  readonly message: MessageRecord[] = [];
  readonly applied: AppliedRecord[] = [];
  readonly announced: Announcement[] = [];
  /** The reservation of each hold. */
  readonly holdIds: string[] = [];

  constructor(records: readonly StagedRecord[], kinds: ReadonlyMap<unknown, Kind | 'announced'>) {
    for (const { table, record } of records) {
      const kind = kinds.get(table);
      if (kind === undefined) continue;
      (this[kind] as unknown[]).push(record);
      if (kind === 'hold') this.holdIds.push(holdId(record as HoldRecord));
    }
  }
}

/** Which kind a table's records are of. */
export function kindsOf(tables: PlatformTables): ReadonlyMap<unknown, Kind | 'announced'> {
  const kinds = new Map<unknown, Kind | 'announced'>([[tables.reservation.outbox, 'announced']]);
  for (const [kind, table] of Object.entries(tablesByKind(tables))) kinds.set(table, kind as Kind);
  return kinds;
}

/** The reservation that a hold is of. */
export const holdId = ({ key }: HoldRecord): string => formatId('rsv', key);

/** The place that a record is of, as its waiting token names it. */
export const placeId = ({ key }: Pick<PlaceRecord, 'key'>): string => formatId('wtk', key);

export const digestText = ({ w0, w1, w2 }: IdWords): string => `${w0}.${w1}.${w2}`;

/** The states of a place on record. */
export const WAITING = 1;
export const READY = 2;
export const ADMITTED = 3;
export const SPENT = 4;
export const LEASE_ENDED = 5;
export const LEFT = 6;
export const SOLD_OUT = 7;
export const SALE_ENDED = 8;
export const TOKEN_RAN_OUT = 9;
export const USED = 10;

/** The states of a hold on record. */
export const HELD = 1;
export const COMMITTED = 2;
export const RELEASED = 3;
export const EXPIRED = 4;
export const RETURNED = 5;
/** The flag of a hold that was committed after it had ended. */
export const REACQUIRED = 4;
