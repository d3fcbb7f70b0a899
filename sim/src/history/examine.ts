import { SeededRandom } from '@traffic-tacos/kernel';
import { checkHistory, type HistoryReport } from './check-history.ts';
import { CannotExamine, gatewayClient, send, whyOf } from './gateway-client.ts';
import { Recorder, type Client } from './recorder.ts';

/** The event that clients compete for where the platform lets one be made: small, so that they meet. */
const SEATS = 8;
const POOL = 12;

export interface Examination {
  /** The gateway. */
  readonly baseUrl: string;
  readonly eventId: string;
  readonly clients: number;
  /** Of each client. */
  readonly requests: number;
  readonly seed: number;
  /** Makes the names of the users, and their passwords. */
  readonly secret: () => string;
  /** The clients' clock, in ms. */
  readonly now: () => number;
  readonly onClient?: (done: number) => void;
}

/** The document of an event to compete for. */
export const eventToExamine = (id: string): object => ({
  id, name: 'an examination', currency: 'KRW', purchase_limit: 1_000,
  sections: [
    { id: 'S', name: 'seats', price: 1_000, rows: [{ id: 'A', seats: `1-${SEATS}` }] },
    { id: 'P', name: 'standing', price: 500, capacity: POOL },
  ],
});

/** Puts that event at an inventory. Throws `CannotExamine`. */
export async function putEventToExamine(inventoryUrl: string, eventId: string, token: string): Promise<void> {
  const said = await send(`${inventoryUrl}/v1/events/${eventId}`, { method: 'PUT', token, body: eventToExamine(eventId) });
  if (said.status >= 300 || said.status === 0) throw new CannotExamine(`${eventId} could not be made at ${inventoryUrl}: ${whyOf(said)}`);
}

/** Lets clients compete over HTTP, and judges what they were told. Throws `CannotExamine`. */
export async function examine(examination: Examination): Promise<HistoryReport> {
  const { baseUrl, eventId, clients, requests, seed, secret, now, onClient } = examination;
  const places = await placesOf(baseUrl, eventId);
  const players: Client[] = [];
  for (let i = 0; i < clients; i++) players.push(await gatewayClient(baseUrl, eventId, `verify-${secret()}`, secret()));
  const recorder = new Recorder(now);
  let done = 0;
  await Promise.all(
    players.map(async (client, i) => {
      await recorder.play(client, places, requests, new SeededRandom(seed + i));
      onClient?.(++done);
    }),
  );
  return checkHistory(recorder.operations, (object) => places.capacityOf(object));
}

interface Places {
  readonly seats: readonly string[];
  readonly pools: readonly string[];
  capacityOf(object: string): number;
}

/** What can be had of the event. */
async function placesOf(baseUrl: string, eventId: string): Promise<Places> {
  const said = await send(`${baseUrl}/api/v1/events/${eventId}/seats`, { method: 'GET' });
  const event = await send(`${baseUrl}/api/v1/events/${eventId}`, { method: 'GET' });
  if (said.status !== 200 || event.status !== 200) throw new CannotExamine(`${eventId} cannot be read at ${baseUrl}: ${whyOf(said.status === 200 ? event : said)}`);
  const pools = new Map<string, number>();
  for (const section of listIn(event.body, 'sections')) {
    if (section['kind'] === 'pool') pools.set(String(section['id']), Number(section['capacity']));
  }
  const seats = listIn(said.body, 'sections').flatMap((section) => listIn(section, 'seats').flatMap((run) => freeSeats(String(section['id']), run)));
  if (seats.length === 0 && pools.size === 0) throw new CannotExamine(`${eventId} has nothing to sell`);
  return { seats: seats.slice(0, 2 * SEATS), pools: [...pools.keys()], capacityOf: (object) => pools.get(object) ?? 1 };
}

function freeSeats(section: string, run: Readonly<Record<string, unknown>>): readonly string[] {
  const ids = run['seat_ids'];
  const from = Number(run['from']);
  const states = String(run['states'] ?? '');
  const named = Array.isArray(ids) ? ids.map(String) : Array.from(states, (_, i) => `${section}-${String(run['row'])}-${from + i}`);
  return named.filter((_, i) => states.charAt(i) === 'f');
}

function listIn(body: Readonly<Record<string, unknown>>, field: string): readonly Readonly<Record<string, unknown>>[] {
  const list = body[field];
  return Array.isArray(list) ? list.filter((item): item is Readonly<Record<string, unknown>> => typeof item === 'object' && item !== null) : [];
}
