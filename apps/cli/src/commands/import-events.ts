import type { EventDocument } from '@traffic-tacos/inventory';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { eventJson } from '../catalogue/event-json.ts';
import { readCatalogueFile, type CatalogueFile } from '../catalogue/read-catalogue-file.ts';
import { CommandFailed } from '../command-failed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { ask, refusalText } from '../http/ask.ts';
import { inventoryAddress } from '../http/inventory-address.ts';
import { numberIn } from '../http/json-fields.ts';
import { createProgress } from '../terminal/progress.ts';
import { counted, print, printJson, say } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';

const CREATED = 201;
const ORGANIZER = 'tacos-cli';

export interface ImportOptions {
  readonly csv?: boolean;
  readonly url?: string;
  readonly json?: boolean;
}

interface Imported {
  readonly id: string;
  readonly result: 'created' | 'updated';
  readonly places: number;
}

/** `tacos events import FILE…`: all files are read and checked before the first event is sent; with one problem in one of them nothing is. */
export async function importEvents(paths: readonly string[], { csv = false, url, json = false }: ImportOptions): Promise<number> {
  const settings = settingsOfEnvironment();
  const files = await Promise.all(paths.map((path) => readCatalogueFile(path, csv)));
  const events = eventsOf(files);
  warnOf(files, events);
  const found = await findPlatform(settings.dataDir);
  const address = inventoryAddress(url, found, settings);
  const token = await tokenFor(await operatorSignIn(settings, found), ORGANIZER, 'organizer');
  const imported = await sendAll(events, address, token);
  if (json) printJson(imported);
  else print(table(['event', 'places', ''], imported.map(({ id, result, places }) => [id, places, result])));
  return 0;
}

/** The events of all files. Throws `CommandFailed` with every problem of every file and its place. */
function eventsOf(files: readonly CatalogueFile[]): readonly EventDocument[] {
  const refused = files.filter((file) => file.kind === 'invalid');
  if (refused.length > 0) {
    const lines = refused.flatMap(({ path, problems }) => problems.map(({ place, reason }) => `  ${path}${place === '' ? '' : `, ${place}`}: ${reason}`));
    throw new CommandFailed([`Nothing was imported, because of ${counted(lines.length, 'problem')}:`, ...lines].join('\n'));
  }
  const events = files.flatMap((file) => (file.kind === 'valid' ? file.events : []));
  const ids = events.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined) throw new CommandFailed(`Nothing was imported: ${twice} is in two of the files.`);
  return events;
}

/** What is taken as it stands, and may not do what its writer meant. */
function warnOf(files: readonly CatalogueFile[], events: readonly EventDocument[]): void {
  for (const file of files) {
    if (file.kind === 'valid' && file.ignored.length > 0) say(`${file.path}: ignored, since no event has such a field: ${file.ignored.join(', ')}`);
  }
  const waiting = events.filter(({ terms }) => terms.waitingRoom === 'on');
  if (waiting.length > 0) say(`Nobody can buy yet, since there is no waiting room so far to let them in: ${waiting.map(({ id }) => id).join(', ')} (waiting_room: on)`);
}

/** Puts the events one after the other, with an organizer's token. */
export async function sendAll(events: readonly EventDocument[], address: string, token: string): Promise<readonly Imported[]> {
  const progress = createProgress('importing', events.length);
  const imported: Imported[] = [];
  try {
    for (const event of events) {
      imported.push(await send(event, address, token));
      progress.update(imported.length, event.id);
    }
  } catch (error) {
    say(`${counted(imported.length, 'event')} of ${events.length} had been imported before this:`);
    throw error;
  } finally {
    progress.stop();
  }
  return imported;
}

async function send(event: EventDocument, address: string, token: string): Promise<Imported> {
  const answer = await ask(`${address}/v1/events/${encodeURIComponent(event.id)}`, { method: 'PUT', token, body: eventJson(event) });
  if (answer.status === 401) {
    throw new CommandFailed(`The platform at ${address} does not believe tokens of this data directory; TACOS_DATA_DIR names the one with its keys.`);
  }
  if (answer.status >= 300) throw new CommandFailed(`${event.id} was refused. ${refusalText(answer)}`);
  return { id: event.id, result: answer.status === CREATED ? 'created' : 'updated', places: numberIn(answer.body, 'capacity') };
}
