import type { Unit } from '@traffic-tacos/journal';
import type { EpochMs } from '@traffic-tacos/kernel';
import type { Draw } from '../../domain/room.ts';
import type { Drawn } from './drawing.ts';
import type { RoomState } from './room-state.ts';
import type { QueueTables } from './tables.ts';

/** Publishes the list of those who took part and their places, and reveals the seed: one entry. */
export function holdDraw(unit: Unit, tables: QueueTables, { record }: RoomState, draw: Draw, { lanes, root }: Drawn, nowMs: EpochMs): void {
  const entrants = lanes.reduce((sum, { slots }) => sum + slots.length, 0);
  unit.write(tables.draws, { eventId: record.eventId, lanes });
  unit.write(tables.rooms, { room: { ...record, version: record.version + 1, changedAtMs: nowMs, draw: { ...draw, heldAtMs: nowMs, root, entrants } }, changes: [] });
}
