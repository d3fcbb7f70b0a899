import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it, readable by their owner only, so that they survive a power cut: what is synced inside a folder
 * is lost with the folder's own name. Throws what the file system throws. One at a time, because Node's own way to make several tries for
 * ever where a file system like /proc takes no folders.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  const whole = resolve(path);
  for (let folder = whole; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) makeOne(folder);
  if (missing.length === 0) makeOne(whole);
  // Windows has no way to sync a folder; its file system journals names by itself.
  if (process.platform !== 'win32') for (const folder of missing.toReversed()) syncFolder(dirname(folder));
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // A folder that is there already is as good; a file of that name is not.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
