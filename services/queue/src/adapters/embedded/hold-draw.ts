import type { Unit } from '@traffic-tacos/journal';
import { writeKey, type EpochMs } from '@traffic-tacos/kernel';
import { drawLane, rootOf, type DrawnLane } from '../../application/draw.ts';
import { NO_SLOT } from '../../domain/arrival-order.ts';
import type { Draw } from '../../domain/room.ts';
import type { LaneState, RoomState } from './room-state.ts';
import type { QueueTables } from './tables.ts';

const ID_BYTES = 16;

/** Closes the list of those who are in line, draws their places, and reveals the seed: one entry. A million people take some 0.3 s. */
export function holdDraw(unit: Unit, tables: QueueTables, room: RoomState, draw: Draw, nowMs: EpochMs): void {
  const { record } = room;
  const lanes = record.lanes.map((_, number) => drawn(tables, room.lane(number), draw.seed, number));
  const entrants = lanes.reduce((sum, { slots }) => sum + slots.length, 0);
  unit.write(tables.draws, { eventId: record.eventId, lanes });
  unit.write(tables.rooms, {
    room: { ...record, version: record.version + 1, changedAtMs: nowMs, draw: { ...draw, heldAtMs: nowMs, root: rootOf(lanes), entrants } },
    changes: [],
  });
}

function drawn({ memory: { rows } }: QueueTables, { order }: LaneState, seed: string, number: number): DrawnLane {
  const ids = new Uint8Array(order.size * ID_BYTES);
  const view = new DataView(ids.buffer);
  let at = 0;
  for (let slot = order.nextPresent(0); slot !== NO_SLOT; slot = order.nextPresent(slot + 1), at += ID_BYTES) writeKey(view, at, rows.keyOf(order.rowAt(slot)));
  return { ids, slots: drawLane(seed, number, order.size) };
}
