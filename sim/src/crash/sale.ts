import { createAgent, Client, type PlatformChild } from '@traffic-tacos/platform/testing';
import { must } from '../check/breach.ts';

/** The event that is sold while the process is killed. */
export const SALE = 'evt_crash';
/** The event with a waiting room that lets in almost nobody. */
export const ROOM = 'evt_crash_room';
export const SEATS = 20_000;
export const POOL = 'P';
/** Of each place, in won. */
export const PRICE = 1_000;

const POOL_PLACES = 50_000;

const EVENTS: readonly Readonly<Record<string, unknown>>[] = [
  {
    id: SALE, name: 'Crash', currency: 'KRW', purchase_limit: 100_000,
    sections: [
      { id: 'A', name: 'A', price: PRICE, seat_ids: Array.from({ length: SEATS }, (_, i) => `A-${i + 1}`) },
      { id: POOL, name: 'Standing', price: PRICE, capacity: POOL_PLACES },
    ],
  },
  {
    id: ROOM, name: 'Crash, with a crowd before it', currency: 'KRW', waiting_room: 'on', admission: { per_second: 1, max_active: 1, policy: 'arrival' },
    sections: [{ id: 'S', name: 'S', price: PRICE, capacity: POOL_PLACES }],
  },
];

/** Puts the events on sale, with an organizer's token. */
export async function putEvents(child: PlatformChild, token: string): Promise<void> {
  const agent = createAgent();
  const organizer = new Client(child, agent, token);
  for (const body of EVENTS) {
    const answer = await organizer.call('inventory', 'PUT', `/v1/events/${String(body['id'])}`, { body });
    must(answer.status === 201, 'the rig', String(body['id']), answer.text);
  }
  agent.destroy();
}
