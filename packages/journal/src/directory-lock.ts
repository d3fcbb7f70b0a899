import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from './make-folder.ts';

const LOCK_FILE = 'lock.sqlite';
const OWNER_FILE = 'lock-owner.json';
const SQLITE_BUSY = 5;

/** Another process works in the directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
  readonly directory: string;
  /** Undefined where the owner had no time to write it down. */
  readonly ownerPid: number | undefined;

  constructor(directory: string, ownerPid: number | undefined) {
    const who = ownerPid === undefined ? 'another process' : `process ${ownerPid}`;
    super(`${directory} is in use by ${who}. One process owns a data directory: stop that one first, or choose another directory.`);
    this.directory = directory;
    this.ownerPid = ownerPid;
  }
}

/** The directory cannot be locked at all: it cannot be written, or is no directory. */
export class DirectoryUnusable extends Error {
  override readonly name = 'DirectoryUnusable';
}

export interface DirectoryLock {
  readonly directory: string;
  /** Gives the directory up. Also happens when the process ends, in whatever way. */
  release(): void;
}

/**
 * Makes this process the only owner of a data directory, which is made if need be. Throws `DirectoryInUse`, `DirectoryUnusable`.
 *
 * The lock is an open exclusive transaction on a database that is nothing but a lock: the system drops it with the process, so there
 * is no stale lock to clear away. The owner's process id stands beside it, for the message only.
 */
export function lockDirectory(path: string): DirectoryLock {
  const directory = resolve(path);
  let database: DatabaseSync | undefined;
  try {
    makeFolder(directory);
    database = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(join(directory, OWNER_FILE), `${JSON.stringify({ pid: process.pid })}\n`, { mode: 0o600 });
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw new DirectoryInUse(directory, readOwner(directory));
    const why = error instanceof Error ? error.message : String(error);
    throw new DirectoryUnusable(`${directory} cannot be used as a data directory: ${why}`, { cause: error });
  }
  const held = database;
  return {
    directory,
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/**
 * The process that owns a directory, seen from beside it; undefined where none does, or none that this system can see. The lock is only asked
 * where the owner on record lives: it is held then, or nobody is about to take it, so that asking is in nobody's way.
 */
export function directoryOwner(path: string): number | undefined {
  const directory = resolve(path);
  const pid = readOwner(directory);
  return pid !== undefined && isAlive(pid) && isLocked(join(directory, LOCK_FILE)) ? pid : undefined;
}

function isLocked(file: string): boolean {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    database?.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function readOwner(directory: string): number | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(directory, OWNER_FILE), 'utf8'));
    return typeof owner === 'object' && owner !== null && 'pid' in owner && typeof owner.pid === 'number' ? owner.pid : undefined;
  } catch {
    // The owner may be between taking the lock and writing its id; that it is there is known all the same.
    return undefined;
  }
}
