import type { EventDocument } from '@traffic-tacos/inventory';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn, tokenFor } from '../beside/operator-sign-in.ts';
import { FORMAT } from '../catalogue/catalogue-format.ts';
import { eventJson } from '../catalogue/event-json.ts';
import { readCatalogueFile, type CatalogueFile } from '../catalogue/read-catalogue-file.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from '../http/ask.ts';
import { inventoryAddress, refuseOtherService } from '../http/inventory-address.ts';
import { numberIn } from '../http/json-fields.ts';
import { createProgress } from '../terminal/progress.ts';
import { counted, grouped, print, printJson, say } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';
import { saleOf } from './sale-text.ts';

const CREATED = 201;
/** Of the problems of all files, and of the fields that are ignored in one, so many are printed. */
const PROBLEMS_PRINTED = 100;
const IGNORED_PRINTED = 20;
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
  /** When it can be bought. */
  readonly sale: string;
}

/** `tacos events import FILE…`: all files are read and checked before the first event is sent; with one problem in one of them nothing is. */
export async function importEvents(paths: readonly string[], { csv = false, url, json = false }: ImportOptions): Promise<number> {
  const settings = await operatorSettings();
  const files = await Promise.all(paths.map((path) => readCatalogueFile(path, csv)));
  const events = eventsOf(files);
  warnOf(files);
  const found = await findPlatform(settings.dataDir);
  const address = inventoryAddress(url, found, settings);
  const token = await tokenFor(await operatorSignIn(settings, found), ORGANIZER, 'organizer');
  const imported = await sendAll(events, address, token);
  if (json) printJson(imported.map(({ sale: _, ...rest }) => rest));
  else print(table(['event', 'places', '', 'sale'], imported.map(({ id, result, places, sale }) => [id, places, result, sale])));
  return 0;
}

/** The events of all files. Throws `CommandFailed` with every problem of every file and its place. */
function eventsOf(files: readonly CatalogueFile[]): readonly EventDocument[] {
  const refused = files.filter((file) => file.kind === 'invalid');
  if (refused.length > 0) {
    const lines = refused.flatMap(({ path, problems }) => problems.map(({ place, reason }) => `  ${path}${place === '' ? '' : `, ${place}`}: ${reason}`));
    const more = lines.length - PROBLEMS_PRINTED;
    const printed = more <= 0 ? lines : [...lines.slice(0, PROBLEMS_PRINTED), `  and ${counted(more, 'more problem')}`];
    throw new CommandFailed([`Nothing was imported, because of ${counted(lines.length, 'problem')}:`, ...printed, FORMAT].join('\n'));
  }
  const events = files.flatMap((file) => (file.kind === 'valid' ? file.events : []));
  const ids = events.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined) throw new CommandFailed(`Nothing was imported: ${twice} is in two of the files.`);
  return events;
}

/** What is taken as it stands, and may not do what its writer meant. */
function warnOf(files: readonly CatalogueFile[]): void {
  for (const { path, ignored } of files) {
    if (ignored.length === 0) continue;
    const more = ignored.length - IGNORED_PRINTED;
    say(`${path}: ignored, since no event has such a field: ${ignored.slice(0, IGNORED_PRINTED).join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`);
  }
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
    if (events.length > 1) say(`${imported.length === 0 ? 'None' : grouped(imported.length)} of ${counted(events.length, 'event')} had been imported before this:`);
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
  refuseOtherService(address, answer);
  if (answer.status >= 300) throw new CommandFailed(`${event.id} was refused. ${refusalText(answer)}`);
  return { id: event.id, result: answer.status === CREATED ? 'created' : 'updated', places: numberIn(answer.body, 'capacity'), sale: saleOf(answer.body, answer.serverMs) };
}
