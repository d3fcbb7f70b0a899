import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it, readable by their owner only, so that they survive a power cut: what is synced inside a folder
 * is lost with the folder's own name. Throws what the file system throws.
 */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  const firstMade = mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Windows has no way to sync a folder; its file system journals names by itself.
  if (firstMade === undefined || process.platform === 'win32') return;
  const top = dirname(resolve(firstMade));
  let parent = folder;
  do {
    parent = dirname(parent);
    syncFolder(parent);
  } while (parent !== top && parent !== dirname(parent));
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
