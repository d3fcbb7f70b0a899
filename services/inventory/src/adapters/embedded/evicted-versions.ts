import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import type { EventTable } from './event-table.ts';

/** How much of an event's public version holds that have left memory make up. */
export interface EvictedRecord {
  readonly eventId: string;
  readonly versions: number;
}

/**
 * What holds that left memory had added to their events' public versions, so that no version is ever given twice: the record table of
 * type 4, which stands in snapshots only. It comes after the holds there: whatever left before its row was walked over is counted by then.
 * What is counted twice by that makes a version larger than it need be, which nobody minds.
 */
export class EvictedVersions implements RecordTable<EvictedRecord> {
  readonly recordType = 4;
  readonly name = 'inventory.evicted';
  readonly layoutVersion = 1;
  readonly #events: EventTable;
  /** By event number. */
  readonly #versions: number[] = [];

  constructor(events: EventTable) {
    this.#events = events;
  }

  /** A hold of that version has left memory, or did so before the start. */
  add(event: number, version: number): void {
    while (this.#versions.length <= event) this.#versions.push(0);
    this.#versions[event] = (this.#versions[event] ?? 0) + version;
  }

  encode({ eventId, versions }: EvictedRecord, writer: ByteWriter): void {
    writer.text(eventId);
    writer.u53(versions);
  }

  decode(_layoutVersion: number, reader: ByteReader): EvictedRecord {
    return { eventId: reader.text(), versions: reader.u53() };
  }

  isNext(): boolean {
    return true;
  }

  apply(record: EvictedRecord): void {
    this.restore(record);
  }

  restore({ eventId, versions }: EvictedRecord): void {
    this.add(this.#events.numberOf(eventId), versions);
  }

  rebuild(): void {
    for (const [number, versions] of this.#versions.entries()) {
      const event = this.#events.byNumber(number);
      if (event !== undefined) event.publicVersion += versions;
    }
  }

  scan(cursor: number, budget: number, visit: (record: EvictedRecord) => void): number {
    const end = Math.min(cursor + budget, this.#versions.length);
    for (let number = cursor; number < end; number++) {
      const versions = this.#versions[number] ?? 0;
      if (versions > 0) visit({ eventId: this.#events.idOf(number), versions });
    }
    return end < this.#versions.length ? end : -1;
  }
}
