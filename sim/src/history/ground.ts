import type { LeftAnswer } from './client.ts';
import { CannotExamine, listIn, send, whyOf, type Said } from './http.ts';
import type { Ground } from './recorder.ts';

/** Seats that clients compete for, at most: few, so that they meet. */
const MOST_SEATS = 16;

/** What can be had of an event before anybody of ours has asked. Throws `CannotExamine`. */
export async function readGround(baseUrl: string, eventId: string): Promise<Ground & { readonly currency: string }> {
  const [said, event] = [await read(baseUrl, eventId, '/seats'), await read(baseUrl, eventId, '')];
  if (said.status !== 200 || event.status !== 200) throw new CannotExamine(`${eventId} cannot be read at ${baseUrl}: ${whyOf(said.status === 200 ? event : said)}`);
  const prices = new Map<string, number>();
  const pools = new Map<string, number>();
  for (const section of listIn(event.body, 'sections')) {
    prices.set(String(section['id']), Number(section['price']));
    if (section['kind'] === 'pool') pools.set(String(section['id']), Number(section['remaining'] ?? section['capacity']));
  }
  const seats = seatsIn(said, isFree).slice(0, MOST_SEATS);
  if (seats.length === 0 && pools.size === 0) throw new CannotExamine(`${eventId} has nothing to sell`);
  const sectionOf = new Map(seats.map(({ seat, section }) => [seat, section]));
  return {
    seats: seats.map(({ seat }) => seat),
    pools: [...pools.keys()],
    currency: String(event.body['currency'] ?? 'KRW'),
    capacityOf: (object) => pools.get(object) ?? 1,
    priceOf: (object) => prices.get(sectionOf.get(object) ?? object) ?? 0,
  };
}

/** The public figures: how many places of each seat and pool are left. Undefined where nobody told. */
export async function readLeft(baseUrl: string, eventId: string): Promise<LeftAnswer> {
  const said = await read(baseUrl, eventId, '/seats');
  if (said.status !== 200) return undefined;
  const left = new Map(seatsIn(said, () => true).map(({ seat, letter }) => [seat, letter === 'f' ? 1 : 0]));
  const figures = await read(baseUrl, eventId, '/availability');
  // Seats are counted one by one above.
  const withSeats = new Set(seatsIn(said, () => true).map(({ section }) => section));
  for (const section of listIn(figures.body, 'sections')) {
    if (!withSeats.has(String(section['id']))) left.set(String(section['id']), Number(section['remaining']));
  }
  return left;
}

const read = (baseUrl: string, eventId: string, what: string): Promise<Said> => send(`${baseUrl}/api/v1/events/${eventId}${what}`, { method: 'GET' });

interface Seat {
  readonly seat: string;
  readonly section: string;
  readonly letter: string;
}

const isFree = ({ letter }: Seat): boolean => letter === 'f';

function seatsIn(said: Said, isWanted: (seat: Seat) => boolean): readonly Seat[] {
  return listIn(said.body, 'sections').flatMap((section) => listIn(section, 'seats').flatMap((run) => seatsOf(String(section['id']), run))).filter(isWanted);
}

function seatsOf(section: string, run: Readonly<Record<string, unknown>>): readonly Seat[] {
  const ids = run['seat_ids'];
  const from = Number(run['from']);
  const states = String(run['states'] ?? '');
  const named = Array.isArray(ids) ? ids.map(String) : Array.from(states, (_, i) => `${section}-${String(run['row'])}-${from + i}`);
  return named.map((seat, i) => ({ seat, section, letter: states.charAt(i) }));
}
