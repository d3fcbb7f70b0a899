import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { journalDir } from './journal-dir.ts';
import { SERVICE_NAMES } from './options.ts';

/** Nothing but somebody else's files stands in the directory: the message names them. Nothing was written. */
export class ForeignDirectory extends Error {
  override readonly name = 'ForeignDirectory';
}

/** What a file system, a repository or a desktop puts into directories that are otherwise empty. */
const NOBODYS = new Set(['lost+found', '.gitkeep', '.gitignore', '.DS_Store']);
/** What a start, a restore or an operator makes in a data directory before there is a journal. */
const OURS = new RegExp(`^(?:journal|keys|${SERVICE_NAMES.join('|')}|(?:journal-id|layout\\.json|platform\\.json)(?:\\.new)?|lock\\.sqlite.*|lock-owner\\.json|history\\.sqlite.*|platform\\.log.*)$`);
/** What a journal has from its first group on, also where a copy of one was cut off. */
const OF_A_JOURNAL = /^(?:segment-\d|snapshot-\d|aside-|copy-incomplete$)/;
const NAMED_AT_MOST = 3;

/**
 * Refuses a directory in which no platform has ever worked and others have files: a mistyped path must not become a data directory. `paths` are
 * files that settings name, which may stand in it before the first start. Throws `ForeignDirectory`.
 */
export async function refuseForeign(dataDir: string, paths: readonly string[] = []): Promise<void> {
  const beside = new Set(paths.flatMap((path) => firstNameIn(dataDir, path) ?? []));
  const names = (await namesIn(dataDir)).filter((name) => !NOBODYS.has(name) && !OURS.test(name) && !beside.has(name));
  const inJournal = await namesIn(journalDir(dataDir));
  const strange = [...names, ...inJournal.map((name) => join('journal', name))];
  if (strange.length === 0 || inJournal.some((name) => OF_A_JOURNAL.test(name)) || hasRun(dataDir)) return;
  throw new ForeignDirectory(`${resolve(dataDir)} is no data directory of Traffic Tacos: it holds ${listed(strange)}, and no journal`);
}

/** What a copy of a data directory would lie beside: everything in the directory but what nobody misses, and what a lock leaves. */
export async function namesBeside(directory: string): Promise<readonly string[]> {
  const names = (await namesIn(directory)).filter((name) => !NOBODYS.has(name) && !/^lock(\.sqlite|-owner\.json)/.test(name));
  const isJournalEmpty = (await namesIn(journalDir(directory))).length === 0;
  return names.filter((name) => name !== 'journal' || !isJournalEmpty);
}

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  const rest = names.length - NAMED_AT_MOST;
  return `${names.slice(0, NAMED_AT_MOST).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Whether the path is the directory or lies in it. */
export function isWithin(directory: string, path: string): boolean {
  const way = relative(resolve(directory), resolve(path));
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A journal was opened in it once, or in the directories of services in it. */
const hasRun = (dataDir: string): boolean => [dataDir, ...SERVICE_NAMES.map((name) => join(dataDir, name))].some((place) => existsSync(join(place, 'journal-id')) || existsSync(join(place, 'layout.json')));

function firstNameIn(dataDir: string, path: string): string | undefined {
  return isWithin(dataDir, path) ? relative(resolve(dataDir), resolve(path)).split(sep)[0] : undefined;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    // What is a file, or is not there, is told by whoever uses it.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
