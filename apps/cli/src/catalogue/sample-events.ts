import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCatalogue, type EventDocument } from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { CommandFailed } from '../command-failed.ts';

const FOLDER = fileURLToPath(new URL('../catalogues/', import.meta.resolve('@traffic-tacos/inventory')));

/** The events of the catalogues that ship with the inventory. */
export async function sampleEvents(folder = FOLDER): Promise<readonly EventDocument[]> {
  const events: EventDocument[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()) {
    const document: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    const parsed = parseCatalogue(Array.isArray(document) ? document : [document], DEFAULT_LIMITS);
    if (parsed.kind === 'invalid') {
      const problems = parsed.problems.map(({ place, reason }) => `  ${place} ${reason}`);
      throw new CommandFailed([`The sample catalogue ${name} is not as it was shipped:`, ...problems].join('\n'));
    }
    events.push(...parsed.events);
  }
  return events;
}
