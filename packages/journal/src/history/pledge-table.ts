import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { RecordTable } from '../record-table.ts';

/** That this journal has a history beside it, to which records that have ended are handed over. Written once, and never taken back. */
export interface Pledge {
  readonly version: 1;
}

/**
 * Whether records may have left memory: then the journal alone is not the whole any more, and a start without the history is refused.
 * It stands in the journal itself, so that every copy of the journal says so too.
 */
export class PledgeTable implements RecordTable<Pledge> {
  readonly recordType = 90;
  readonly name = 'history';
  readonly layoutVersion = 1;
  #isGiven = false;

  get isGiven(): boolean {
    return this.#isGiven;
  }

  encode({ version }: Pledge, writer: ByteWriter): void {
    writer.u8(version);
  }

  decode(_layoutVersion: number, reader: ByteReader): Pledge {
    reader.u8();
    return { version: 1 };
  }

  isNext(): boolean {
    return !this.#isGiven;
  }

  apply(): void {
    this.#isGiven = true;
  }

  restore(): void {
    this.#isGiven = true;
  }

  rebuild(): void {}

  scan(_cursor: number, _budget: number, visit: (record: Pledge) => void): number {
    if (this.#isGiven) visit({ version: 1 });
    return -1;
  }
}
