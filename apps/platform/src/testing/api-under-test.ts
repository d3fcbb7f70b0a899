import type { DurationMs } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import type { ServiceName } from '../options.ts';
import type { Client } from './client.ts';

type Role = 'user' | 'organizer' | 'admin';

/** The platform as clients see it, in whichever layout it runs: what the suites of the API are written for. */
export interface ApiUnderTest {
  readonly addresses: Readonly<Record<ServiceName, string>>;
  /** What each port answers, beside what every port has. */
  readonly routes: Readonly<Record<ServiceName, readonly Route[]>>;
  /** `Bearer`, and a token of the user. */
  bearer(userId: string, role: Role): Promise<string>;
  /** A client that is signed in as the user. */
  user(userId: string, role?: Role): Promise<Client>;
  /** Puts an event: seats `A-1` to `A-<seats>` at 1,000 KRW, and a pool `FLOOR` of `places` at 500. */
  event(id: string, seats: number, places?: number, extra?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Stops everything, and starts it again on the same directories. */
  restart(): Promise<ApiUnderTest>;
}

export interface LayoutSettings {
  readonly holdMs?: DurationMs;
  /** Until the result of a payment with the scenario `DELAY`, unless it is hurried. */
  readonly lateApproveDelayMs?: DurationMs;
}

/** Runs `body` against a fresh platform in one layout, and discards it whatever happens. At the end the audit must become green. */
export type OpenLayout = (body: (on: ApiUnderTest) => Promise<void>, settings?: LayoutSettings) => Promise<void>;

/** The event of `ApiUnderTest.event`, in the format of the catalogue. */
export const eventBody = (id: string, seats: number, places: number, extra: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  id,
  name: id,
  currency: 'KRW',
  purchase_limit: 10,
  sections: [
    { id: 'A', name: 'A', price: 1000, seat_ids: Array.from({ length: seats }, (_, i) => `A-${i + 1}`) },
    { id: 'FLOOR', name: 'Floor', price: 500, capacity: places },
  ],
  ...extra,
});

/** Puts an event as its organizer does, or throws what was answered. */
export async function putEvent(organizer: Client, event: Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await organizer.call('inventory', 'PUT', `/v1/events/${String(event['id'])}`, { body: event });
  if (answer.status !== 201) throw new EventRefused(answer.text);
}

class EventRefused extends Error {
  override readonly name = 'EventRefused';
}
