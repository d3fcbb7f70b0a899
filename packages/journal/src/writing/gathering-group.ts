import { ByteWriter } from '../bytes.ts';
import { beginGroup, sealGroup, type GroupSeal } from '../format/group.ts';
import type { Integrity } from '../format/integrity.ts';
import { writeRecord } from '../format/record.ts';
import type { StagedRecord } from '../unit.ts';

/** A buffer that one large entry has stretched beyond this is given back after its group. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** The group that entries are added to, until it is sealed and written. Two of them take turns. */
export class GatheringGroup {
  readonly #bootId: Buffer;
  #writer = new ByteWriter();
  #waiters: PromiseWithResolvers<void> | undefined;
  sequence = 0;
  entries = 0;

  constructor(bootId: Buffer) {
    this.#bootId = bootId;
    beginGroup(this.#writer, bootId);
  }

  get isEmpty(): boolean {
    return this.entries === 0;
  }

  get length(): number {
    return this.#writer.length;
  }

  bytes(): Buffer {
    return this.#writer.bytes();
  }

  /** Begins anew, as the group of that sequence. */
  begin(sequence: number): void {
    if (this.#writer.capacity > KEPT_BYTES) this.#writer = new ByteWriter();
    beginGroup(this.#writer, this.#bootId);
    this.#waiters = undefined;
    this.sequence = sequence;
    this.entries = 0;
  }

  /** Adds one entry, `[length u32][records]`; answers its bytes. An encoder that throws leaves the group as it was. */
  add(records: readonly StagedRecord[]): number {
    const writer = this.#writer;
    const mark = writer.length;
    try {
      writer.u32(0);
      for (const { table, record } of records) writeRecord(writer, table, record);
    } catch (error) {
      writer.truncate(mark);
      throw error;
    }
    const bytes = writer.length - mark;
    writer.patchU32(mark, bytes - 4);
    this.entries++;
    return bytes;
  }

  /** Takes the entry of that many bytes, which was added last, out again. */
  takeBack(bytes: number): void {
    this.#writer.truncate(this.#writer.length - bytes);
    this.entries--;
  }

  /** Completes the header; answers the group's sum. */
  seal(seal: Omit<GroupSeal, 'kind' | 'entries' | 'sequence'>, integrity: Integrity, seed: number): number {
    const header: GroupSeal = { ...seal, kind: 'entries', sequence: this.sequence, entries: this.entries };
    return sealGroup(this.#writer.bytes(), this.#bootId.length, header, integrity, seed);
  }

  /** One promise for all who wait for this group. */
  settled(): Promise<void> {
    if (this.#waiters === undefined) {
      this.#waiters = Promise.withResolvers<void>();
      this.#waiters.promise.catch(ignoreHere);
    }
    return this.#waiters.promise;
  }

  resolve(): void {
    this.#waiters?.resolve();
  }

  reject(error: Error): void {
    this.#waiters?.reject(error);
  }
}

/** Whoever waits is told; that nobody may be waiting is no fault of the process. */
export function ignoreHere(): void {}
