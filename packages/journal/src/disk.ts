/**
 * How a file is going to be written: a sync after each append, or after many. It promises nothing and changes nothing of the contract;
 * a disk may be faster for knowing it.
 */
export type WritePattern = 'sync_each' | 'sync_rarely';

/** What the journal needs of a disk. The real one is a folder; the simulator's loses, tears and refuses on purpose. */
export interface Disk {
  /** Names of the files in the folder, in no order. */
  list(): Promise<readonly string[]>;
  /** The whole file. Rejects with `DiskError` when it is not there or cannot be read. */
  read(name: string): Promise<Buffer>;
  /** Bytes in the file. Rejects with `DiskError` when it is not there. */
  size(name: string): Promise<number>;
  /** `bytes` bytes from `position`, fewer where the file ends before. Rejects like `read`. */
  readAt(name: string, position: number, bytes: number): Promise<Buffer>;
  /** Makes an empty file, open for appending; the directory entry is durable only after `syncDirectory`. Refuses an existing name. */
  create(name: string, pattern?: WritePattern): Promise<DiskFile>;
  truncate(name: string, bytes: number): Promise<void>;
  /** Durable after `syncDirectory`. Replaces a file of the new name. */
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  syncDirectory(): Promise<void>;
}

export interface DiskFile {
  /** Adds the bytes at the end. They may be lost or torn until `sync`. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all appended bytes survive a power cut. After a rejection nothing is known about them. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk refused or failed: full, damaged, gone. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}
