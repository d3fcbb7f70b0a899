import type { RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { DrawTable } from './draw-table.ts';
import { PlaceTable } from './place-table.ts';
import { QueueMemory } from './queue-memory.ts';
import { RoomTable } from './room-table.ts';

/** The memory of the waiting rooms, filled by the journal. */
export interface QueueTables {
  readonly memory: QueueMemory;
  readonly places: PlaceTable;
  readonly rooms: RoomTable;
  readonly draws: DrawTable;
  /** In the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createQueueTables(limits: Limits): QueueTables {
  const memory = new QueueMemory(limits);
  const rooms = new RoomTable(memory);
  const draws = new DrawTable(memory);
  const places = new PlaceTable(memory);
  return { memory, rooms, draws, places, all: [rooms as RecordTable<unknown>, draws as RecordTable<unknown>, places as RecordTable<unknown>] };
}
