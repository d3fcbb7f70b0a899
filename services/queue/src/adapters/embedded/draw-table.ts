import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { invariant, NO_ROW, type EventId, type IdWords } from '@traffic-tacos/kernel';
import type { DrawnLane } from '../../application/draw.ts';
import type { QueueMemory } from './queue-memory.ts';

const LAYOUT_VERSION = 1;
const ID_BYTES = 16;

/** A draw that was held: who took part, and the places drawn. It never changes. */
export interface HeldDraw {
  readonly eventId: EventId;
  readonly lanes: readonly DrawnLane[];
}

/** The draws that were held, by event. They are kept whole, so that anybody can draw again for as long as the event is there. */
export class DrawTable implements RecordTable<HeldDraw> {
  readonly recordType = 42;
  readonly name = 'queue.draws';
  readonly layoutVersion = LAYOUT_VERSION;
  readonly #memory: QueueMemory;
  readonly #held = new Map<EventId, HeldDraw>();

  constructor(memory: QueueMemory) {
    this.#memory = memory;
  }

  find(eventId: EventId): HeldDraw | undefined {
    return this.#held.get(eventId);
  }

  encode({ eventId, lanes }: HeldDraw, writer: ByteWriter): void {
    writer.text(eventId);
    writer.u8(lanes.length);
    for (const { ids, slots } of lanes) {
      writer.u32(slots.length);
      writer.raw(ids);
      writer.raw(new Uint8Array(slots.buffer, slots.byteOffset, slots.byteLength));
    }
  }

  decode(layoutVersion: number, reader: ByteReader): HeldDraw {
    invariant(layoutVersion === LAYOUT_VERSION, `draws were never written in layout ${layoutVersion}`);
    const eventId = reader.text();
    const lanes: DrawnLane[] = [];
    for (let left = reader.u8(); left > 0; left--) {
      const people = reader.u32();
      const ids = new Uint8Array(reader.raw(people * ID_BYTES));
      lanes.push({ ids, slots: new Uint32Array(new Uint8Array(reader.raw(people * 4)).buffer) });
    }
    return { eventId, lanes };
  }

  isNext({ eventId }: HeldDraw): boolean {
    return !this.#held.has(eventId);
  }

  /** Everybody who took part takes the place that was drawn; whoever comes later stands behind them by arrival. */
  apply(draw: HeldDraw): void {
    this.#held.set(draw.eventId, draw);
    this.#memory.adoptDraw(draw.eventId);
  }

  restore(draw: HeldDraw): void {
    this.#held.set(draw.eventId, draw);
  }

  /** Before the places': these then take their drawn places in the lines. */
  rebuild(): void {
    const { rows } = this.#memory;
    for (const { eventId, lanes } of this.#held.values()) {
      for (const [number, drawn] of lanes.entries()) {
        const lane = this.#memory.room(eventId).lane(number);
        lane.nextArrival = drawn.slots.length;
        lane.isDrawn = true;
        for (const { row, slot } of this.#rowsOf(drawn)) rows.setSlot(row, slot);
      }
    }
  }

  scan(cursor: number, budget: number, visit: (draw: HeldDraw) => void): number {
    const draws = [...this.#held.values()];
    const end = Math.min(cursor + budget, draws.length);
    for (const draw of draws.slice(cursor, end)) visit(draw);
    return end < draws.length ? end : -1;
  }

  /** Those who are still known, with their drawn slots. */
  *#rowsOf({ ids, slots }: DrawnLane): Generator<{ readonly row: number; readonly slot: number }> {
    const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
    for (const [person, slot] of slots.entries()) {
      const row = this.#memory.rows.find(wordsAt(view, person * ID_BYTES));
      if (row !== NO_ROW) yield { row, slot };
    }
  }
}

/** An id as its 16 bytes, each word little endian, as keys stand in rows. */
const wordsAt = (view: DataView, at: number): IdWords => ({
  w0: view.getInt32(at, true), w1: view.getInt32(at + 4, true), w2: view.getInt32(at + 8, true), w3: view.getInt32(at + 12, true),
});
