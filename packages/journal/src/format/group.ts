import { invariant } from '@traffic-tacos/kernel';
import type { ByteWriter } from '../bytes.ts';
import type { ClockStamp } from '../time-source.ts';
import type { Integrity } from './integrity.ts';

/**
 * A group on disk, little endian. The sum covers everything after itself, so each group can be verified alone; the previous group's
 * sum chains them.
 *
 *     0 magic  4 own sum  8 length of all  12 previous sum  16 sequence  24 monotonic ms  32 wall ms  40 now ms  48 entries
 *     52 kind  54 bytes of the boot id  56 boot id, then the entries
 */
const GROUP_HEADER_BYTES = 56;

const SUM_AT = 4;
const LENGTH_AT = 8;
const PREVIOUS_SUM_AT = 12;
const SEQUENCE_AT = 16;
const MONOTONIC_AT = 24;
const WALL_AT = 32;
const NOW_AT = 40;
const ENTRIES_AT = 48;
const KIND_AT = 52;
const BOOT_ID_BYTES_AT = 54;

/** Begins and ends with bytes that UTF-8 never has, so that no text that a client sends can hold it. */
const MAGIC = Buffer.from([0xff, 0x54, 0x47, 0xfe]);
const MAGIC_WORD = MAGIC.readUInt32LE(0);
const ROOM = Buffer.alloc(GROUP_HEADER_BYTES);
const MAX_BOOT_ID_BYTES = 128;

/** A seal has no entries and is no group: it ends a segment whose successor is durably there already. */
export type GroupKind = 'entries' | 'seal';
const KIND_CODE = { entries: 1, seal: 2 } as const;

export interface GroupSeal {
  readonly kind: GroupKind;
  readonly sequence: number;
  readonly previousSum: number;
  readonly entries: number;
  readonly stamp: ClockStamp;
}

/** The boot id as groups carry it. */
export function bootIdBytes(bootId: string | undefined): Buffer {
  const bytes = Buffer.from(bootId ?? '', 'utf8');
  invariant(bytes.length <= MAX_BOOT_ID_BYTES, 'a boot id is at most 128 bytes');
  return bytes;
}

/** Leaves room for the header; entries are written behind. */
export function beginGroup(writer: ByteWriter, bootId: Buffer): void {
  writer.truncate(0);
  writer.raw(ROOM);
  writer.raw(bootId);
}

/** Writes the header of a group that is complete, and answers its sum. */
export function sealGroup(bytes: Buffer, bootIdLength: number, seal: GroupSeal, integrity: Integrity, seed: number): number {
  bytes.writeUInt32LE(MAGIC_WORD, 0);
  bytes.writeUInt32LE(bytes.length, LENGTH_AT);
  bytes.writeUInt32LE(seal.previousSum, PREVIOUS_SUM_AT);
  bytes.writeDoubleLE(seal.sequence, SEQUENCE_AT);
  bytes.writeDoubleLE(seal.stamp.monotonicMs, MONOTONIC_AT);
  bytes.writeDoubleLE(seal.stamp.wallMs, WALL_AT);
  bytes.writeDoubleLE(seal.stamp.nowMs, NOW_AT);
  bytes.writeUInt32LE(seal.entries, ENTRIES_AT);
  bytes.writeUInt16LE(KIND_CODE[seal.kind], KIND_AT);
  bytes.writeUInt16LE(bootIdLength, BOOT_ID_BYTES_AT);
  const sum = integrity.sum(bytes.subarray(LENGTH_AT), seed);
  bytes.writeUInt32LE(sum, SUM_AT);
  return sum;
}

/** How long the group at the beginning of the bytes says that it is; 0 where none begins. */
export const claimedGroupLength = (bytes: Buffer): number =>
  bytes.length < GROUP_HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC_WORD ? 0 : bytes.readUInt32LE(LENGTH_AT);

/** Stands on one intact group at a time in a segment's bytes; its fields are those of that group. */
export class GroupCursor {
  readonly bytes: Buffer;
  readonly #integrity: Integrity;
  readonly #seed: number;
  start = 0;
  end = 0;
  sum = 0;
  kind: GroupKind = 'entries';

  constructor(bytes: Buffer, integrity: Integrity, seed: number) {
    this.bytes = bytes;
    this.#integrity = integrity;
    this.#seed = seed;
  }

  /** Moves to the group that begins at `position`; answers false, and stays, if no intact one does. */
  moveTo(position: number): boolean {
    const { bytes } = this;
    if (position + GROUP_HEADER_BYTES > bytes.length || bytes.readUInt32LE(position) !== MAGIC_WORD) return false;
    const end = position + bytes.readUInt32LE(position + LENGTH_AT);
    const entriesAt = position + GROUP_HEADER_BYTES + bytes.readUInt16LE(position + BOOT_ID_BYTES_AT);
    if (end > bytes.length || end < entriesAt) return false;
    const sum = bytes.readUInt32LE(position + SUM_AT);
    if (!this.#integrity.agrees(sum, this.#integrity.sum(bytes.subarray(position + LENGTH_AT, end), this.#seed))) return false;
    this.start = position;
    this.end = end;
    this.sum = sum;
    this.kind = bytes.readUInt16LE(position + KIND_AT) === KIND_CODE.seal ? 'seal' : 'entries';
    return true;
  }

  /** The first intact group at or after `position`, wherever it begins: the cursor moves there. */
  search(position: number): boolean {
    for (let at = this.bytes.indexOf(MAGIC, position); at !== -1; at = this.bytes.indexOf(MAGIC, at + 1)) {
      if (this.moveTo(at)) return true;
    }
    return false;
  }

  get sequence(): number {
    return this.bytes.readDoubleLE(this.start + SEQUENCE_AT);
  }

  get previousSum(): number {
    return this.bytes.readUInt32LE(this.start + PREVIOUS_SUM_AT);
  }

  get entries(): number {
    return this.bytes.readUInt32LE(this.start + ENTRIES_AT);
  }

  get entriesStart(): number {
    return this.start + GROUP_HEADER_BYTES + this.bytes.readUInt16LE(this.start + BOOT_ID_BYTES_AT);
  }

  stamp(): ClockStamp {
    const { bytes, start } = this;
    const bootId = bytes.toString('utf8', start + GROUP_HEADER_BYTES, this.entriesStart);
    return {
      bootId: bootId === '' ? undefined : bootId,
      monotonicMs: bytes.readDoubleLE(start + MONOTONIC_AT),
      wallMs: bytes.readDoubleLE(start + WALL_AT),
      nowMs: bytes.readDoubleLE(start + NOW_AT),
    };
  }
}
