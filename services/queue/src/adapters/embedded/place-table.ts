import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, invariant, type IdWords } from '@traffic-tacos/kernel';
import type { OwnerKind, Place, PlaceState } from '../../domain/place.ts';
import type { QueueMemory } from './queue-memory.ts';

const LAYOUT_VERSION = 1;
/** In the order of their numbers on disk, which are never changed. */
const OWNER_KINDS: readonly OwnerKind[] = ['visitor', 'label', 'account'];

/** All places: what joining, entering, leaving and holding have made of them. What ticks change stands in their own records. */
export class PlaceTable implements RecordTable<Place> {
  readonly recordType = 40;
  readonly name = 'queue.places';
  readonly layoutVersion = LAYOUT_VERSION;
  readonly #memory: QueueMemory;

  constructor(memory: QueueMemory) {
    this.#memory = memory;
  }

  encode(place: Place, writer: ByteWriter): void {
    writer.id(place.key);
    writer.u32(place.version);
    writer.text(place.eventId);
    writer.u8(place.lane);
    writer.u8(OWNER_KINDS.indexOf(place.ownerKind));
    if (place.ownerKind !== 'visitor') writer.id(place.owner);
    writer.u32(place.arrival);
    writer.u53(place.joinedAtMs);
    writer.u8(place.state);
    writer.u53(place.changedAtMs);
    writer.u53(place.tokenExpiresAtMs);
    writer.u8(place.keyNumber);
    writer.u8(place.reservation === undefined ? 0 : 1);
    if (place.reservation !== undefined) writer.id(place.reservation);
  }

  decode(layoutVersion: number, reader: ByteReader): Place {
    invariant(layoutVersion === LAYOUT_VERSION, `places were never written in layout ${layoutVersion}`);
    const key = reader.id();
    const version = reader.u32();
    const eventId = reader.text();
    const lane = reader.u8();
    const ownerKind = OWNER_KINDS[reader.u8()] ?? 'visitor';
    const owner = ownerKind === 'visitor' ? NOBODY : reader.id();
    return {
      key, version, eventId, lane, ownerKind, owner, arrival: reader.u32(), joinedAtMs: epochMs(reader.u53()), state: reader.u8() as PlaceState,
      changedAtMs: epochMs(reader.u53()), tokenExpiresAtMs: epochMs(reader.u53()), keyNumber: reader.u8(),
      reservation: reader.u8() === 1 ? reader.id() : undefined,
    };
  }

  isNext({ key, version }: Place): boolean {
    return this.#memory.rows.versionOf(this.#memory.rows.find(key)) === version - 1;
  }

  apply(place: Place): void {
    this.#memory.apply(place);
  }

  restore(place: Place): void {
    this.#memory.restore(place);
  }

  rebuild(): void {
    this.#memory.rebuild();
  }

  scan(cursor: number, budget: number, visit: (place: Place) => void): number {
    const { rows } = this.#memory;
    const end = Math.min(cursor + budget, rows.highWater);
    for (let row = cursor; row < end; row++) if (rows.versionOf(row) > 0) visit(this.#memory.read(row));
    return end < rows.highWater ? end : -1;
  }
}

const NOBODY: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };
