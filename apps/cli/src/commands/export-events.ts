import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { catalogueEvent } from '../catalogue/shown-event.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from '../http/ask.ts';
import { inventoryAddress } from '../http/inventory-address.ts';
import { listIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { readEvent, readEvents } from '../http/read-events.ts';
import { counted, printJson, say } from '../terminal/say.ts';

/** `tacos events export [ID…]`: events as a catalogue file, all of them where none is named. */
export async function exportEvents(ids: readonly string[], { url }: { readonly url?: string }): Promise<number> {
  const settings = await operatorSettings();
  const address = inventoryAddress(url, await findPlatform(settings.dataDir), settings);
  const events = ids.length === 0 ? (await readEvents(address, true)).events : await readEach(address, ids);
  const catalogue: JsonObject[] = [];
  for (const event of events) catalogue.push(catalogueEvent(event, await seatMaps(address, event)));
  printJson(catalogue);
  say(`Exported ${counted(catalogue.length, 'event')}.`);
  return 0;
}

async function readEach(address: string, ids: readonly string[]): Promise<readonly JsonObject[]> {
  const events: JsonObject[] = [];
  for (const id of ids) events.push((await readEvent(address, id)).body);
  return events;
}

/** The seat map of each section that has one, by the section's id. One after the other: each may be large. */
async function seatMaps(address: string, event: JsonObject): Promise<ReadonlyMap<string, JsonObject>> {
  const maps = new Map<string, JsonObject>();
  for (const section of listIn(event, 'sections').map(objectOf)) {
    if (textIn(section, 'kind') !== 'seats') continue;
    const id = textIn(section, 'id');
    const answer = await ask(`${address}/v1/events/${encodeURIComponent(textIn(event, 'id'))}/seats?section=${encodeURIComponent(id)}`);
    if (answer.status !== 200) throw new CommandFailed(`The seats of ${textIn(event, 'id')}, section ${id}, cannot be read. ${refusalText(answer)}`);
    maps.set(id, objectOf(listIn(answer.body, 'sections')[0]));
  }
  return maps;
}
