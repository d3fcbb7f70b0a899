import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { inventoryAddress } from '../http/inventory-address.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';
import { readEvent } from '../http/read-events.ts';
import { print, printJson } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';
import { eventSales, salesJson, salesText } from './event-sales.ts';
import type { EventsOptions } from './list-events.ts';
import { saleOf } from './sale-text.ts';

const TEXTS = ['id', 'name', 'kind'] as const;
const NUMBERS = ['price', 'capacity', 'remaining', 'held', 'sold', 'blocked'] as const;

/** `tacos events show ID`: what the platform says of it, and what its directory holds of sales, unless another one is named by its address. */
export async function showEvent(eventId: string, { url, json = false }: EventsOptions): Promise<number> {
  const settings = await operatorSettings();
  const address = inventoryAddress(url, await findPlatform(settings.dataDir), settings);
  const { body: event, serverMs } = await readEvent(address, eventId);
  const sales = url === undefined ? await eventSales(settings, eventId) : undefined;
  if (json) printJson(sales === undefined ? event : { ...event, sales: salesJson(sales) });
  else print(sales === undefined ? pageOf(event, serverMs) : `${pageOf(event, serverMs)}\n\n${salesText(sales)}`);
  return 0;
}

function pageOf(event: JsonObject, serverMs: number): string {
  const facts = [
    ['name', textIn(event, 'name')],
    ['venue', textIn(event, 'venue')],
    ['starts', textIn(event, 'starts_at')],
    ['ends', textIn(event, 'ends_at')],
    ['sale', saleOf(event, serverMs)],
    ['currency', textIn(event, 'currency')],
    ['limit', `${numberIn(event, 'purchase_limit')} places a user`],
    ['waiting', textIn(event, 'waiting_room')],
  ].filter(([, value]) => value !== '');
  const rows = listIn(event, 'sections')
    .map(objectOf)
    .map((section) => [...TEXTS.map((text) => textIn(section, text)), ...NUMBERS.map((number) => numberIn(section, number))]);
  return [
    textIn(event, 'id'),
    ...facts.map(([name = '', value = '']) => `  ${name.padEnd(9)} ${value}`),
    '',
    table(['section', 'name', 'kind', 'price', 'places', 'free', 'held', 'sold', 'blocked'], rows, '  '),
  ].join('\n');
}
