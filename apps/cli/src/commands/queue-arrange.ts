import { isoInstant, readInstant } from '@traffic-tacos/kernel';
import { askRoom } from '../http/ask-room.ts';
import { print, printJson } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { roomText } from './room-text.ts';

export interface ScheduleOptions {
  readonly opens?: string;
  readonly saleStarts?: string;
  readonly saleEnds?: string;
  readonly json?: boolean;
}

const NO_TIME = 'none';

/** `tacos queue schedule EVENT`: when people may join, when the sale starts, and when it ends. What is not named stays as it is. */
export async function scheduleQueue(eventId: string, { opens, saleStarts, saleEnds, json = false }: ScheduleOptions): Promise<number> {
  const body = { ...timeIn('--opens', 'opens_at', opens), ...timeIn('--sale-starts', 'sale_starts_at', saleStarts), ...timeIn('--sale-ends', 'sale_ends_at', saleEnds) };
  if (Object.keys(body).length === 0) throw new WrongUsage('tacos queue schedule takes --opens, --sale-starts or --sale-ends; tacos queue show tells what they are');
  return show(await askRoom(eventId, '/schedule', { method: 'POST', body }), json);
}

function timeIn(option: string, field: string, given: string | undefined): Readonly<Record<string, string | null>> {
  if (given === undefined) return {};
  if (given === NO_TIME) return { [field]: null };
  const at = readInstant(given);
  if (at === undefined) throw new WrongUsage(`${option} takes a time with its zone, such as 2026-12-01T20:00:00+09:00, or none; not ${given}`);
  return { [field]: isoInstant(at) };
}

/** `tacos queue lanes EVENT LANE…`: all lanes of a waiting room, each as `id:quota` or `id:quota:role`. */
export async function setLanes(eventId: string, lanes: readonly string[], { json = false }: { readonly json?: boolean }): Promise<number> {
  return show(await askRoom(eventId, '/lanes', { method: 'POST', body: { lanes: lanes.map(laneIn) } }), json);
}

function laneIn(given: string): Readonly<Record<string, string | number>> {
  const [, id = '', quota = '', role] = /^([^:]+):(\d{1,4})(?::([^:]+))?$/.exec(given) ?? [];
  if (id === '') throw new WrongUsage(`A lane is an id, its quota from 1 to 1000 and the role of those who stand in it, such as members:1:member; the first has no role, such as general:3. Not ${given}`);
  return { id, quota: Number(quota), ...(role === undefined ? {} : { role }) };
}

function show(room: Awaited<ReturnType<typeof askRoom>>, json: boolean): number {
  if (json) printJson(room);
  else print(roomText(room));
  return 0;
}
