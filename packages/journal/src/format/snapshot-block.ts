import type { ByteWriter } from '../bytes.ts';
import type { Integrity } from './integrity.ts';

/**
 * A snapshot is a file header, blocks of whole records, and an end block. A block, little endian; its sum covers everything after
 * itself:
 *
 *     0 magic  4 own sum  8 length of all  12 number of the block  16 kind  20 count of records  24 the records
 *
 * The end block has, in place of records, the last sequence as f64 and the count of all records as f64.
 */
export const BLOCK_HEADER_BYTES = 24;

const SUM_AT = 4;
const LENGTH_AT = 8;
const NUMBER_AT = 12;
const KIND_AT = 16;
const RECORDS_AT = 20;
const MAGIC_WORD = Buffer.from([0xff, 0x54, 0x53, 0xfe]).readUInt32LE(0);
const ROOM = Buffer.alloc(BLOCK_HEADER_BYTES);
const KIND_CODE = { records: 1, end: 2 } as const;

export type BlockKind = keyof typeof KIND_CODE;

export interface BlockHeader {
  readonly kind: BlockKind;
  /** From 0, so that a block that is missing or doubled is noticed. */
  readonly number: number;
  readonly records: number;
}

/** Leaves room for the header; the content is written behind. */
export function beginBlock(writer: ByteWriter): void {
  writer.truncate(0);
  writer.raw(ROOM);
}

/** Writes the header of a block that is complete. */
export function sealBlock(bytes: Buffer, header: BlockHeader, integrity: Integrity, seed: number): void {
  bytes.writeUInt32LE(MAGIC_WORD, 0);
  bytes.writeUInt32LE(bytes.length, LENGTH_AT);
  bytes.writeUInt32LE(header.number, NUMBER_AT);
  bytes.writeUInt32LE(KIND_CODE[header.kind], KIND_AT);
  bytes.writeUInt32LE(header.records, RECORDS_AT);
  bytes.writeUInt32LE(integrity.sum(bytes.subarray(LENGTH_AT), seed), SUM_AT);
}

/** The length that the block at `position` claims, or undefined where none begins. */
export function claimedBlockLength(bytes: Buffer, position: number): number | undefined {
  if (position + BLOCK_HEADER_BYTES > bytes.length || bytes.readUInt32LE(position) !== MAGIC_WORD) return undefined;
  const length = bytes.readUInt32LE(position + LENGTH_AT);
  return length < BLOCK_HEADER_BYTES ? undefined : length;
}

/** The header of the block that fills these bytes, or undefined if it is not intact. */
export function readBlock(block: Buffer, integrity: Integrity, seed: number): BlockHeader | undefined {
  if (!integrity.agrees(block.readUInt32LE(SUM_AT), integrity.sum(block.subarray(LENGTH_AT), seed))) return undefined;
  return {
    kind: block.readUInt32LE(KIND_AT) === KIND_CODE.end ? 'end' : 'records',
    number: block.readUInt32LE(NUMBER_AT),
    records: block.readUInt32LE(RECORDS_AT),
  };
}
