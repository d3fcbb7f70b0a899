import { epochMs, invariant, type EpochMs } from '@traffic-tacos/kernel';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { RecordTable } from '../record-table.ts';

const LAYOUT_VERSION = 1;

/** A message that has had its effect. */
export interface RememberedId {
  readonly id: string;
  readonly followedAtMs: EpochMs;
}

/**
 * The ids of messages that have had their effect, each written in the entry of that effect. There are as many as the limit says; the next one
 * takes the place of the oldest. A message that comes again after that is decided on what it tells of as read again, which changes nothing.
 */
export class RememberedIds implements RecordTable<RememberedId> {
  readonly recordType: number;
  readonly name: string;
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  readonly #ring: RememberedId[] = [];
  readonly #known = new Set<string>();
  /** Ids put into the ring so far: the n-th stands at n modulo the limit. */
  #total = 0;

  constructor(recordType: number, name: string, limit: number) {
    this.recordType = recordType;
    this.name = name;
    this.#limit = limit;
  }

  get size(): number {
    return this.#ring.length;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  encode({ id, followedAtMs }: RememberedId, writer: ByteWriter): void {
    writer.text(id);
    writer.u53(followedAtMs);
  }

  decode(layoutVersion: number, reader: ByteReader): RememberedId {
    invariant(layoutVersion === LAYOUT_VERSION, `${this.name}: never written in layout ${layoutVersion}`);
    return { id: reader.text(), followedAtMs: epochMs(reader.u53()) };
  }

  isNext({ id }: RememberedId): boolean {
    return !this.#known.has(id);
  }

  apply(remembered: RememberedId): void {
    this.restore(remembered);
  }

  restore(remembered: RememberedId): void {
    if (this.#known.has(remembered.id)) return;
    const place = this.#total++ % this.#limit;
    const forgotten = this.#ring[place];
    if (forgotten !== undefined) this.#known.delete(forgotten.id);
    this.#ring[place] = remembered;
    this.#known.add(remembered.id);
  }

  rebuild(): void {
    // Nothing is derived from the ring: the set is kept with each of its places.
  }

  /** The oldest first, so that whoever restores them in this order forgets the oldest first as well. The cursor is a number of the ring, plus 1. */
  scan(cursor: number, budget: number, visit: (remembered: RememberedId) => void): number {
    const oldest = this.#total - this.#ring.length;
    const from = Math.max(cursor - 1, oldest);
    const end = Math.min(from + budget, this.#total);
    for (let number = from; number < end; number++) {
      const remembered = this.#ring[number % this.#limit];
      if (remembered !== undefined) visit(remembered);
    }
    return end >= this.#total ? -1 : end + 1;
  }
}
