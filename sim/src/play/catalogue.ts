import { parseEvent, type EventDocument } from '@traffic-tacos/inventory';
import { invariant, isoInstant, epochMs, present } from '@traffic-tacos/kernel';
import { LIMITS } from '../machine/settings.ts';

/** One event of the simulated catalogue: small, so that people meet. */
interface Show {
  readonly id: string;
  readonly currency: string;
  readonly purchaseLimit: number;
  /** Seats of one row, at first and at most. */
  readonly seats: readonly [number, number];
  /** Places of the pool, at first and at most. */
  readonly pool: readonly [number, number];
  /** Undefined where nobody has to wait. */
  readonly room?: RoomTerms;
}

/** What the organizer says of a waiting room, once and for all. */
export interface RoomTerms {
  readonly perSecond: number;
  readonly maxActive: number;
  readonly policy: 'arrival' | 'draw';
  readonly identity: 'visitor' | 'account';
  /** By wall time; 0 for since ever. */
  readonly saleStartsAtMs: number;
}

/** When the wall clock of a simulated machine begins. */
const FIRST_WALL_MS = 1_700_000_000_000;

const SHOWS: readonly Show[] = [
  { id: 'evt_hall', currency: 'KRW', purchaseLimit: 4, seats: [12, 24], pool: [8, 20] },
  { id: 'evt_club', currency: 'EUR', purchaseLimit: 2, seats: [6, 12], pool: [3, 9] },
  {
    id: 'evt_arena', currency: 'KRW', purchaseLimit: 3, seats: [3, 6], pool: [3, 5],
    room: { perSecond: 6, maxActive: 6, policy: 'arrival', identity: 'visitor', saleStartsAtMs: 0 },
  },
  {
    id: 'evt_gala', currency: 'EUR', purchaseLimit: 2, seats: [6, 12], pool: [8, 16],
    room: { perSecond: 4, maxActive: 4, policy: 'draw', identity: 'account', saleStartsAtMs: FIRST_WALL_MS + 20_000 },
  },
];

/** So small that it sells out while people wait, and now and then has places again. Only keen seeds have it. */
const CELLAR: Show = {
  id: 'evt_cellar', currency: 'KRW', purchaseLimit: 2, seats: [2, 3], pool: [1, 2],
  room: { perSecond: 6, maxActive: 5, policy: 'arrival', identity: 'account', saleStartsAtMs: 0 },
};
export const CELLAR_ID = CELLAR.id;

/** Every third seed is keen: it has an event that sells out, and those who want it. */
export const isKeen = (seed: number): boolean => seed % 3 === 1;

/** What is there from the first start on. */
export const eventIdsOf = (seed: number): readonly string[] => (isKeen(seed) ? [...EVENT_IDS, CELLAR.id] : EVENT_IDS);

export const EVENT_IDS: readonly string[] = SHOWS.map(({ id }) => id);
/** Events at which nobody waits, and those with a waiting room. */
export const OPEN_IDS: readonly string[] = SHOWS.flatMap(({ id, room }) => (room === undefined ? [id] : []));
export const ROOM_IDS: readonly string[] = SHOWS.flatMap(({ id, room }) => (room === undefined ? [] : [id]));

/** The section of seats, and the pool. */
export const SECTIONS = ['S', 'P'] as const;

const showOf = (eventId: string): Show => {
  const show = eventId === CELLAR.id ? CELLAR : SHOWS.find(({ id }) => id === eventId);
  invariant(show !== undefined, `no such event: ${eventId}`);
  return show;
};

/** What the organizer has always said. */
export const purchaseLimitOf = (eventId: string): number => showOf(eventId).purchaseLimit;

export const demandsAdmission = (eventId: string): boolean => showOf(eventId).room !== undefined;
export const demandsAccount = (eventId: string): boolean => showOf(eventId).room?.identity === 'account';
export const roomTermsOf = (eventId: string): RoomTerms => present(showOf(eventId).room, 'an event with a waiting room');

/** Seats that are ever there, by name. */
export const seatNames = (eventId: string): readonly string[] => SEAT_NAMES.get(eventId) ?? [];

const SEAT_NAMES: ReadonlyMap<string, readonly string[]> = new Map([...SHOWS, CELLAR].map(({ id, seats }) => [id, Array.from({ length: seats[1] }, (_, i) => `S-A-${i + 1}`)]));

/** The event's document as it is at first. */
export const firstDocument = (eventId: string): EventDocument => documentOf(eventId, showOf(eventId).seats[0], showOf(eventId).pool[0], 1_000, undefined);

/** Another document of the event: more or fewer seats and places, another price, perhaps a seat that is not for sale. */
export function changedDocument(eventId: string, below: (bound: number) => number): EventDocument {
  const { seats, pool } = showOf(eventId);
  const size = ([least, most]: readonly [number, number]): number => least - 2 + below(most - least + 3);
  return documentOf(eventId, size(seats), size(pool), 1_000 + 100 * below(3), below(3) === 0 ? 1 + below(seats[0] - 2) : undefined);
}

/** The small event with another place or two, or without them again. */
export const changedCellar = (below: (bound: number) => number): EventDocument => documentOf(CELLAR.id, CELLAR.seats[0] + below(2), CELLAR.pool[0] + below(2), 1_000, undefined);

function documentOf(eventId: string, seats: number, places: number, price: number, blocked: number | undefined): EventDocument {
  const { currency, purchaseLimit, room } = showOf(eventId);
  const row = { id: 'S', name: 'seats', price, rows: [{ id: 'A', seats: `1-${seats}` }], blocked: blocked === undefined ? [] : [`S-A-${blocked}`] };
  const pool = { id: 'P', name: 'standing', price: price / 2, capacity: places };
  const waiting = room === undefined ? {} : roomOf(room);
  const parsed = parseEvent({ id: eventId, name: eventId, currency, purchase_limit: purchaseLimit, ...waiting, sections: [row, pool] }, LIMITS);
  invariant(parsed.kind !== 'invalid', `the simulated event is refused: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

const roomOf = ({ perSecond, maxActive, policy, identity, saleStartsAtMs }: RoomTerms) => ({
  waiting_room: 'on', queue_identity: identity, admission: { per_second: perSecond, max_active: maxActive, policy },
  ...(saleStartsAtMs === 0 ? {} : { sale_starts_at: isoInstant(epochMs(saleStartsAtMs)) }),
});
