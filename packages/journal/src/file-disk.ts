import { close, constants, fdatasync, fsync, open, promises as files, write } from 'node:fs';
import { join } from 'node:path';
import { DiskError, type Disk, type DiskFile, type WritePattern } from './disk.ts';
import { makeFolder } from './make-folder.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_DSYNC } = constants;

/**
 * On Linux a write to a file opened with O_DSYNC is a write and an `fdatasync` in one call: a group costs one trip to the thread pool
 * in place of two. Elsewhere the flag is missing, or stops short of the drive's own cache.
 */
const HAS_SYNCED_WRITES = process.platform === 'linux';

/** A folder of the file system, made if it is not there, readable by its owner only. Throws `DiskError`. */
export function openFileDisk(folder: string): Disk {
  try {
    makeFolder(folder);
  } catch (error) {
    throw diskError(`make the folder ${folder}`, error);
  }
  return new FileDisk(folder);
}

class FileDisk implements Disk {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  list(): Promise<readonly string[]> {
    return told(`list ${this.#folder}`, async () => {
      const found = await files.readdir(this.#folder, { withFileTypes: true });
      return found.filter((entry) => entry.isFile()).map(({ name }) => name);
    });
  }

  read(name: string): Promise<Buffer> {
    return told(`read ${name}`, () => files.readFile(this.#path(name)));
  }

  size(name: string): Promise<number> {
    return told(`read ${name}`, async () => (await files.stat(this.#path(name))).size);
  }

  readAt(name: string, position: number, bytes: number): Promise<Buffer> {
    return told(`read ${name}`, async () => {
      const handle = await files.open(this.#path(name), 'r');
      try {
        const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(bytes, (await handle.stat()).size - position)));
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      } finally {
        await handle.close();
      }
    });
  }

  create(name: string, pattern: WritePattern = 'sync_rarely'): Promise<DiskFile> {
    const syncsItself = pattern === 'sync_each' && HAS_SYNCED_WRITES;
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | (syncsItself ? O_DSYNC : 0);
    return new Promise((resolve, reject) => {
      open(this.#path(name), flags, 0o600, (error, descriptor) => {
        if (error) reject(diskError(`make ${name}`, error));
        else resolve(new AppendedFile(name, descriptor, syncsItself));
      });
    });
  }

  truncate(name: string, bytes: number): Promise<void> {
    return told(`truncate ${name}`, () => files.truncate(this.#path(name), bytes));
  }

  rename(from: string, to: string): Promise<void> {
    return told(`rename ${from} to ${to}`, () => files.rename(this.#path(from), this.#path(to)));
  }

  remove(name: string): Promise<void> {
    return told(`remove ${name}`, () => files.unlink(this.#path(name)));
  }

  syncDirectory(): Promise<void> {
    // Windows has no way to sync a folder; its file system journals names by itself.
    if (process.platform === 'win32') return Promise.resolve();
    return told(`sync ${this.#folder}`, async () => {
      const handle = await files.open(this.#folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

/** Callbacks instead of file handles, whose promises are most of what a group's calls cost this thread. */
class AppendedFile implements DiskFile {
  readonly #name: string;
  readonly #descriptor: number;
  readonly #syncsItself: boolean;

  constructor(name: string, descriptor: number, syncsItself: boolean) {
    this.#name = name;
    this.#descriptor = descriptor;
    this.#syncsItself = syncsItself;
  }

  append(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const writeFrom = (start: number): void => {
        write(this.#descriptor, bytes, start, bytes.length - start, null, (error, written) => {
          if (error) reject(diskError(`append to ${this.#name}`, error));
          else if (start + written < bytes.length) writeFrom(start + written);
          else resolve();
        });
      };
      writeFrom(0);
    });
  }

  /** On macOS Node asks for F_FULLFSYNC, so that the drive's own cache is written out too. */
  sync(): Promise<void> {
    if (this.#syncsItself) return Promise.resolve();
    const sync = process.platform === 'darwin' ? fsync : fdatasync;
    return this.#call('sync', (done) => sync(this.#descriptor, done));
  }

  close(): Promise<void> {
    return this.#call('close', (done) => close(this.#descriptor, done));
  }

  #call(what: string, start: (done: (error: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      start((error) => {
        if (error) reject(diskError(`${what} ${this.#name}`, error));
        else resolve();
      });
    });
  }
}

async function told<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw diskError(what, error);
  }
}

function diskError(what: string, cause: unknown): DiskError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DiskError(`cannot ${what}: ${why}`, { cause });
}
