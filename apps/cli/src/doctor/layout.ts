import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { journalDir, layoutOf, SERVICE_NAMES } from '@traffic-tacos/platform';
import { shellWord } from '../config/as-typed.ts';
import type { Case } from './case.ts';
import { met, ok, type Finding } from './finding.ts';

/** Whether all services have worked in the directory on one journal, or each on its own: never both, and none under another one's name. */
export async function checkLayout({ settings: { dataDir } }: Case): Promise<readonly Finding[]> {
  const directory = resolve(dataDir);
  try {
    const layout = await layoutOf(dataDir);
    if (layout.kind === 'empty') return [];
    if (layout.kind === 'service') return [ok('layout', `${directory} is the directory of the ${layout.service} service alone`)];
    const inside = SERVICE_NAMES.filter((name) => existsSync(journalDir(join(dataDir, name))));
    if (layout.kind === 'together' && inside.length === 0 && !(await hasSegments(directory))) return [];
    if (layout.kind === 'together') return [inside.length > 0 ? bothLayouts(directory, inside) : ok('layout', `${directory} holds one journal of all services`)];
    const misplaced = (await Promise.all(inside.map((name) => checkPlace(directory, name)))).flat();
    return misplaced.length > 0 ? misplaced : [ok('layout', `${directory} has a directory for each service`)];
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return [met('layout_unreadable', `${directory}: layout.json cannot be read: ${error.message}`, `ls -l ${shellWord(directory)}/layout.json; sudo chown "$(id -un)" ${shellWord(directory)}/layout.json`)];
  }
}

/** A start that was refused leaves the folder of a journal, and nothing in it. One that cannot be read is named where journals are looked at. */
async function hasSegments(directory: string): Promise<boolean> {
  const names = await readdir(journalDir(directory)).catch((): readonly string[] => []);
  return names.some((name) => name.startsWith('segment-'));
}

function bothLayouts(directory: string, inside: readonly string[]): Finding {
  const folders = inside.map((name) => shellWord(join(directory, name))).join(' ');
  const says = `${directory} holds one journal of all services, and journals of single ones beside it (${inside.join(', ')}): a start takes the first and knows nothing of the others`;
  return met('layout_mixed', says, `Keep apart what belongs apart: mkdir ${shellWord(`${directory}.separate`)} && mv ${folders} ${shellWord(`${directory}.separate`)}/`);
}

/** A directory from before it was written down whose it is does not say. */
async function checkPlace(directory: string, name: string): Promise<readonly Finding[]> {
  const place = join(directory, name);
  const layout = await layoutOf(place);
  if (layout.kind !== 'service' || layout.service === name) return [];
  const says = `${place} is the directory of the ${layout.service} service, and stands where that of ${name} belongs`;
  return [met('layout_mixed', says, `Put each under its own name: mv ${shellWord(place)} ${shellWord(join(directory, `${layout.service}.back`))}, and from there to ${shellWord(join(directory, layout.service))}`)];
}
