import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from './is-there.ts';
import { journalDir } from './journal-dir.ts';
import { SERVICE_NAMES, type ServiceName } from './options.ts';

const FILE = 'layout.json';

/**
 * What works in a data directory. `together`: all services on one journal. `service`: one of them, in a process of its own. `separate`: each in
 * a directory of its own inside this one.
 */
export type Layout = { readonly kind: 'empty' | 'together' | 'separate' } | { readonly kind: 'service'; readonly service: ServiceName };

/** The directory is that of another service, or of another layout. The message says what to do instead. */
class OtherLayout extends Error {
  override readonly name = 'OtherLayout';
}

/**
 * What has worked in the directory before. A service's own directory says so itself, from its first start with this version on. Throws what the system
 * says where the directory cannot be looked into.
 */
export async function layoutOf(dataDir: string): Promise<Layout> {
  const service = await markedService(dataDir);
  if (service !== undefined) return { kind: 'service', service };
  if (await isThere(journalDir(dataDir))) return { kind: 'together' };
  return { kind: (await servicesIn(dataDir)).length > 0 ? 'separate' : 'empty' };
}

/** The services that have a journal in a directory of their own inside this one. */
export async function servicesIn(dataDir: string): Promise<readonly ServiceName[]> {
  const found: ServiceName[] = [];
  for (const name of SERVICE_NAMES) if (await isThere(journalDir(join(dataDir, name)))) found.push(name);
  return found;
}

/** Throws `OtherLayout` where the directory is not one that this service may have alone. */
export async function refuseOtherLayout(dataDir: string, service: ServiceName): Promise<void> {
  const layout = await layoutOf(dataDir);
  if (layout.kind === 'service' && layout.service !== service) {
    throw new OtherLayout(`${dataDir} is the directory of the ${layout.service} service, and not of ${service}: TACOS_DATA_DIR names the directory.`);
  }
  if (layout.kind === 'separate') throw new OtherLayout(`${dataDir} has a directory for each service: that of ${service} is ${join(dataDir, service)}.`);
}

/** Marks the directory as that of one service alone, once its journal has proved to be that service's. */
export async function markService(dataDir: string, service: ServiceName): Promise<void> {
  if ((await markedService(dataDir)) === service) return;
  const path = join(dataDir, FILE);
  await writeFile(`${path}.new`, `${JSON.stringify({ service })}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function markedService(dataDir: string): Promise<ServiceName | undefined> {
  try {
    const document: unknown = JSON.parse(await readFile(join(dataDir, FILE), 'utf8'));
    return typeof document === 'object' && document !== null && 'service' in document ? SERVICE_NAMES.find((name) => name === document.service) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined;
    throw error;
  }
}
