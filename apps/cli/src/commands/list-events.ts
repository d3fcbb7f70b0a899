import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { inventoryAddress } from '../http/inventory-address.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { readEvents } from '../http/read-events.ts';
import { print, printJson, say } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';
import { saleOf } from './sale-text.ts';

export interface EventsOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** `tacos events list`. */
export async function listEvents({ url, json = false, all = false }: EventsOptions & { readonly all?: boolean }): Promise<number> {
  const settings = await operatorSettings();
  const address = inventoryAddress(url, await findPlatform(settings.dataDir), settings);
  const { events, serverMs } = await readEvents(address, all);
  if (json) printJson(events);
  else if (events.length === 0) say('There are no events yet: npx tacos events import FILE');
  else print(table(['event', 'name', 'places', 'free', 'held', 'sold', 'blocked', 'sale'], events.map((event) => rowOf(event, serverMs))));
  return 0;
}

function rowOf(event: JsonObject, serverMs: number): readonly (string | number)[] {
  const sections = listIn(event, 'sections').map(objectOf);
  const sum = (name: string): number => sections.reduce((total, section) => total + numberIn(section, name), 0);
  return [textIn(event, 'id'), textIn(event, 'name'), numberIn(event, 'capacity'), numberIn(event, 'remaining'), sum('held'), sum('sold'), sum('blocked'), saleOf(event, serverMs)];
}
