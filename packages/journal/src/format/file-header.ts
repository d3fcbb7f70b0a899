import { JournalTooNew } from '../errors.ts';
import type { Integrity } from './integrity.ts';

/** Raised whenever bytes outside of records change their meaning; older versions stay readable. */
export const FORMAT_VERSION = 1;
export const FILE_HEADER_BYTES = 40;
export const DIRECTORY_ID_BYTES = 16;

const VERSION_AT = 8;
const DIRECTORY_ID_AT = 12;
const SEQUENCE_AT = 28;
const SUM_AT = 36;

/** The first byte is never part of UTF-8 text, the last one is changed by transfers that take the file for text. */
const MAGIC = {
  segment: Buffer.from([0xff, 0x54, 0x54, 0x4a, 0x52, 0x4e, 0x4c, 0x0a]),
  snapshot: Buffer.from([0xff, 0x54, 0x54, 0x53, 0x4e, 0x41, 0x50, 0x0a]),
} as const;

export type FileKind = keyof typeof MAGIC;

/** How every segment and every snapshot begins. */
export interface FileHeader {
  /** 16 random bytes that all files of one journal share. */
  readonly directoryId: Buffer;
  /** Of a segment its first group's sequence, of a snapshot the sequence that replay begins at. */
  readonly firstSequence: number;
}

export function encodeFileHeader(kind: FileKind, header: FileHeader, integrity: Integrity): Buffer {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES);
  bytes.set(MAGIC[kind], 0);
  bytes.writeUInt16LE(FORMAT_VERSION, VERSION_AT);
  bytes.set(header.directoryId, DIRECTORY_ID_AT);
  bytes.writeDoubleLE(header.firstSequence, SEQUENCE_AT);
  bytes.writeUInt32LE(integrity.sum(bytes.subarray(0, SUM_AT), 0), SUM_AT);
  return bytes;
}

/** The header at the start of the bytes, undefined if there is no intact one. Throws `JournalTooNew` for a later format. */
export function decodeFileHeader(kind: FileKind, bytes: Buffer, file: string, integrity: Integrity): FileHeader | undefined {
  if (bytes.length < VERSION_AT + 2 || !bytes.subarray(0, VERSION_AT).equals(MAGIC[kind])) return undefined;
  const version = bytes.readUInt16LE(VERSION_AT);
  const isIntact =
    bytes.length >= FILE_HEADER_BYTES && integrity.agrees(bytes.readUInt32LE(SUM_AT), integrity.sum(bytes.subarray(0, SUM_AT), 0));
  if (isIntact && version === FORMAT_VERSION) {
    return {
      directoryId: Buffer.from(bytes.subarray(DIRECTORY_ID_AT, DIRECTORY_ID_AT + DIRECTORY_ID_BYTES)),
      firstSequence: bytes.readDoubleLE(SEQUENCE_AT),
    };
  }
  if (isIntact && version > FORMAT_VERSION) {
    throw new JournalTooNew(`${file} has format ${version}; this version reads up to ${FORMAT_VERSION}. Start the newer version.`);
  }
  return undefined;
}

/** Every sum after the header starts from here, so that groups of another directory never pass for this one's. */
export function seedOf(directoryId: Buffer, integrity: Integrity): number {
  return integrity.sum(directoryId, 0);
}
