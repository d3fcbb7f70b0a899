import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadServiceClients, readClientSecret, ServiceClientFileRefused } from '@traffic-tacos/gateway';
import { shellWord } from '../config/as-typed.ts';
import { counted } from '../terminal/say.ts';
import type { Case } from './case.ts';
import { met, ok, type Finding } from './finding.ts';
import type { Place } from './places.ts';

const OTHERS = 0o077;

/** The files with secrets of services: those that settings name, and those that `up --separate` has made. Nothing where there are none. */
export async function checkSecrets({ settings, asTyped }: Case, places: readonly Place[]): Promise<readonly Finding[]> {
  const made = (name: string): readonly string[] => places.map(({ dataDir }) => join(dataDir, 'keys', name)).filter((path) => existsSync(path));
  const secrets = named(settings.serviceClientSecretFile, made('service-client-secret'));
  const clients = named(settings.serviceClientsFile, made('service-clients.json'));
  const findings = [];
  for (const path of secrets) findings.push(await checkFile(path, readClientSecret, asTyped));
  for (const path of clients) findings.push(await checkFile(path, loadServiceClients, asTyped));
  const problems = findings.filter((finding) => finding !== undefined);
  if (findings.length === 0 || problems.length > 0) return problems;
  return [ok('secrets', `${counted(findings.length, 'file')}, readable by their owner only`)];
}

const named = (setting: string | undefined, made: readonly string[]): readonly string[] =>
  [...new Set([...(setting === undefined ? [] : [setting]), ...made].map((path) => resolve(path)))];

async function checkFile(path: string, read: (path: string) => Promise<unknown>, asTyped: Case['asTyped']): Promise<Finding | undefined> {
  const mode = existsSync(path) ? (await stat(path)).mode & 0o777 : 0;
  if ((mode & OTHERS) !== 0 && process.platform !== 'win32') {
    return met('secret_open', `${path} is open to others (mode ${mode.toString(8)})`, `chmod 600 ${shellWord(path)} && chmod 700 ${shellWord(dirname(path))}`);
  }
  try {
    await read(path);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceClientFileRefused)) throw error;
    return met('secret_unreadable', error.message, `rm -f ${shellWord(path)}; with ${asTyped('npx tacos up --separate')} it is made anew, or put the right file there`);
  }
}
