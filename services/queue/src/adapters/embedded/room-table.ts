import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, invariant, type IdWords } from '@traffic-tacos/kernel';
import type { Closing, PlaceState } from '../../domain/place.ts';
import type { Draw, Lane, Room, RoomMode } from '../../domain/room.ts';
import type { QueueMemory } from './queue-memory.ts';

const LAYOUT_VERSION = 1;
/** In the order of their numbers on disk, which are never changed. */
const MODES: readonly RoomMode[] = ['open', 'paused', 'draining'];

/** What a tick made of one place, with the version that it has then. The instant is the tick's. */
export interface PlaceChange {
  readonly key: IdWords;
  readonly version: number;
  readonly state: PlaceState;
}

/** A room after a tick or an operator's word, with the places that it changed: all of a tick is one record. */
export interface RoomStep {
  readonly room: Room;
  readonly changes: readonly PlaceChange[];
}

/** Rooms, and through their ticks also places. A snapshot has a room without changes: the places stand there in their own records. */
export class RoomTable implements RecordTable<RoomStep> {
  readonly recordType = 41;
  readonly name = 'queue.ticks';
  readonly layoutVersion = LAYOUT_VERSION;
  readonly #memory: QueueMemory;

  constructor(memory: QueueMemory) {
    this.#memory = memory;
  }

  encode({ room, changes }: RoomStep, writer: ByteWriter): void {
    encodeRoom(room, writer);
    writer.u32(changes.length);
    for (const { key, version, state } of changes) {
      writer.id(key);
      writer.u32(version);
      writer.u8(state);
    }
  }

  decode(layoutVersion: number, reader: ByteReader): RoomStep {
    invariant(layoutVersion === LAYOUT_VERSION, `rooms were never written in layout ${layoutVersion}`);
    const room = decodeRoom(reader);
    const changes: PlaceChange[] = [];
    for (let left = reader.u32(); left > 0; left--) changes.push({ key: reader.id(), version: reader.u32(), state: reader.u8() as PlaceState });
    return { room, changes };
  }

  isNext({ room, changes }: RoomStep): boolean {
    const { rows } = this.#memory;
    if ((this.#memory.find(room.eventId)?.version ?? 0) !== room.version - 1) return false;
    for (const { key, version } of changes) if (rows.versionOf(rows.find(key)) !== version - 1) return false;
    return true;
  }

  apply({ room, changes }: RoomStep): void {
    this.#memory.room(room.eventId).set(room);
    for (const { key, version, state } of changes) this.#memory.change(key, version, state, room.changedAtMs);
  }

  restore({ room, changes }: RoomStep): void {
    const state = this.#memory.room(room.eventId);
    if (state.version < room.version) state.set(room);
    for (const { key, version, state: next } of changes) this.#memory.restoreChange(key, version, next, room.changedAtMs);
  }

  rebuild(): void {
    // Lanes and counts are built from the places.
  }

  scan(cursor: number, budget: number, visit: (step: RoomStep) => void): number {
    const rooms = [...this.#memory.rooms()];
    const end = Math.min(cursor + budget, rooms.length);
    for (const room of rooms.slice(cursor, end)) visit({ room: room.record, changes: [] });
    return end < rooms.length ? end : -1;
  }
}

function encodeRoom(room: Room, writer: ByteWriter): void {
  writer.text(room.eventId);
  writer.u32(room.version);
  writer.u53(room.changedAtMs);
  writer.u8(MODES.indexOf(room.mode));
  writer.u53(room.perSecond);
  writer.u53(room.opensAtMs);
  writer.u8(room.closing);
  writer.u8(room.lanes.length);
  for (const { id, quota, role } of room.lanes) {
    writer.text(id);
    writer.u32(quota);
    writer.text(role);
  }
  writer.u8(room.draw === undefined ? 0 : 1);
  if (room.draw !== undefined) encodeDraw(room.draw, writer);
  writer.u53(room.letIn);
  writer.u53(room.noShows);
  writer.u53(room.overtakes);
  writer.u8(room.waits.length);
  for (const count of room.waits) writer.u32(count);
}

function encodeDraw({ seed, heldAtMs, root, entrants }: Draw, writer: ByteWriter): void {
  writer.text(seed);
  writer.u53(heldAtMs);
  writer.text(root);
  writer.u32(entrants);
}

function decodeRoom(reader: ByteReader): Room {
  const eventId = reader.text();
  const version = reader.u32();
  const changedAtMs = epochMs(reader.u53());
  const mode = MODES[reader.u8()] ?? 'open';
  const perSecond = reader.u53();
  const opensAtMs = epochMs(reader.u53());
  const closing = reader.u8() as Closing;
  const lanes = listOf(reader.u8(), (): Lane => ({ id: reader.text(), quota: reader.u32(), role: reader.text() }));
  const draw: Draw | undefined =
    reader.u8() === 0 ? undefined : { seed: reader.text(), heldAtMs: epochMs(reader.u53()), root: reader.text(), entrants: reader.u32() };
  const [letIn, noShows, overtakes] = [reader.u53(), reader.u53(), reader.u53()];
  const waits = listOf(reader.u8(), () => reader.u32());
  return { eventId, version, changedAtMs, mode, perSecond, opensAtMs, closing, lanes, draw, letIn, noShows, overtakes, waits };
}

function listOf<Item>(length: number, read: () => Item): readonly Item[] {
  const items: Item[] = [];
  for (let i = 0; i < length; i++) items.push(read());
  return items;
}
