import { NO_HISTORY, type HistorySource, type RecordTable } from '@traffic-tacos/journal';
import { CountedInterner, type Limits } from '@traffic-tacos/kernel';
import { BuyerBook } from './buyer-book.ts';
import { EvictedVersions } from './evicted-versions.ts';
import { EventTable } from './event-table.ts';
import { HOLD_SHAPE } from './hold-record.ts';
import { HoldRows } from './hold-rows.ts';
import { HoldTable } from './hold-table.ts';
import { LatestInstant } from './latest-instant.ts';
import { movePlaces, type MovePlaces } from './place-moves.ts';
import { GroupPublisher } from './publisher.ts';
import { ReserveKeyTable } from './reserve-key-table.ts';
import { Wakes } from './wakes.ts';

/** Everything that the embedded inventory remembers. */
export interface InventoryMemory {
  readonly limits: Limits;
  readonly rows: HoldRows;
  readonly events: EventTable;
  readonly holds: HoldTable;
  readonly reserveKeys: ReserveKeyTable;
  readonly buyers: BuyerBook;
  /** Those who have a hold in memory. */
  readonly users: CountedInterner;
  readonly wakes: Wakes;
  readonly publisher: GroupPublisher;
  readonly time: LatestInstant;
  /** The tables of the journal, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

/** An empty memory, for the journal to fill. Another `move` than the right one is for tests that plant a bug. */
export function createInventoryMemory(limits: Limits, move: MovePlaces = movePlaces, history: HistorySource = NO_HISTORY): InventoryMemory {
  const rows = new HoldRows(limits.holdRows, limits.seatsPerHold);
  const publisher = new GroupPublisher();
  const events = new EventTable(limits, rows, publisher);
  const buyers = new BuyerBook(limits.holdRows, rows);
  const users = new CountedInterner(limits.users);
  const wakes = new Wakes();
  const evicted = new EvictedVersions(events);
  const holds = new HoldTable({ rows, events, buyers, users, wakes, past: history.of(HOLD_SHAPE), evicted, movePlaces: move });
  const reserveKeys = new ReserveKeyTable(limits);
  const all = [events, holds, evicted, reserveKeys] as readonly RecordTable<unknown>[];
  return { limits, rows, events, holds, reserveKeys, buyers, users, wakes, publisher, time: new LatestInstant(), all };
}
