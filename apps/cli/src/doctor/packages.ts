import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../config/as-typed.ts';
import { listIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { counted } from '../terminal/say.ts';
import { met, ok, unknown, type Finding } from './finding.ts';

const NAMED = 3;

/** Whether what is installed is what package-lock.json names. */
export async function checkPackages(root: string): Promise<Finding> {
  const wanted = await packagesIn(join(root, 'package-lock.json'));
  if (wanted === undefined) return unknown('packages', 'there is no package-lock.json to compare with');
  const installed = (await packagesIn(join(root, 'node_modules', '.package-lock.json'))) ?? {};
  const differing = Object.entries(wanted).flatMap(([path, entry]) => (isInstalled(path, objectOf(entry), installed) ? [] : path.replace(/^.*node_modules\//, '')));
  if (differing.length === 0) return ok('packages', 'those that package-lock.json names');
  const names = `${differing.slice(0, NAMED).join(', ')}${differing.length > NAMED ? ', …' : ''}`;
  return met('modules_outdated', `${counted(differing.length, 'installed package')} in ${root} ${differing.length === 1 ? 'differs' : 'differ'} from package-lock.json: ${names}`, `cd ${shellWord(root)} && npm ci`);
}

/** Packages for other machines are left out by npm; links lead to our own parts. */
function isInstalled(path: string, wanted: JsonObject, installed: JsonObject): boolean {
  if (!path.startsWith('node_modules/')) return true;
  if (!(path in installed)) return wanted['optional'] === true || listIn(wanted, 'os').length > 0;
  const found = objectOf(installed[path]);
  return textIn(found, 'version') === textIn(wanted, 'version') && textIn(found, 'integrity') === textIn(wanted, 'integrity');
}

async function packagesIn(file: string): Promise<JsonObject | undefined> {
  if (!existsSync(file)) return undefined;
  const document: unknown = JSON.parse(await readFile(file, 'utf8'));
  return objectOf(objectOf(document)['packages']);
}
