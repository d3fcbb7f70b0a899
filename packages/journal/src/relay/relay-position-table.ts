import { invariant } from '@traffic-tacos/kernel';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { RecordTable } from '../record-table.ts';

const LAYOUT_VERSION = 1;

/** How far the journal has been relayed. */
export interface RelayPosition {
  readonly version: number;
  /** The first group of which something may not have been published yet. */
  readonly next: number;
}

/** Which relay of a journal the position is of. */
const RELAYS = {
  events: { recordType: 91, name: 'relay position' },
  /** To whoever sends registered receivers their messages in another process, who may be away without anybody else having to wait. */
  receivers: { recordType: 92, name: 'relay position to receivers' },
} as const;

/** The durable position of a relay, in the journal that it relays. */
export class RelayPositionTable implements RecordTable<RelayPosition> {
  readonly recordType: number;
  readonly name: string;
  readonly layoutVersion = LAYOUT_VERSION;
  #position: RelayPosition | undefined;

  constructor(relay: keyof typeof RELAYS = 'events') {
    this.recordType = RELAYS[relay].recordType;
    this.name = RELAYS[relay].name;
  }

  /** Undefined before anything was relayed. */
  get next(): number | undefined {
    return this.#position?.next;
  }

  after(next: number): RelayPosition {
    return { version: (this.#position?.version ?? 0) + 1, next };
  }

  encode({ version, next }: RelayPosition, writer: ByteWriter): void {
    writer.u32(version);
    writer.u53(next);
  }

  decode(layoutVersion: number, reader: ByteReader): RelayPosition {
    invariant(layoutVersion === LAYOUT_VERSION, `relay positions were never written in layout ${layoutVersion}`);
    return { version: reader.u32(), next: reader.u53() };
  }

  isNext({ version }: RelayPosition): boolean {
    return version === (this.#position?.version ?? 0) + 1;
  }

  apply(position: RelayPosition): void {
    this.#position = position;
  }

  restore(position: RelayPosition): void {
    if ((this.#position?.version ?? 0) < position.version) this.#position = position;
  }

  rebuild(): void {
    // Nothing is derived from it.
  }

  scan(_cursor: number, _budget: number, visit: (position: RelayPosition) => void): number {
    if (this.#position !== undefined) visit(this.#position);
    return -1;
  }
}
