import { SeededRandom } from '@traffic-tacos/kernel';
import { checkHistory, type HistoryReport } from './check-history.ts';
import { grpcClient, type GrpcAt } from './grpc-client.ts';
import { readGround } from './ground.ts';
import { CannotExamine, send, whyOf } from './http.ts';
import { httpClient, register } from './http-client.ts';
import type { Client } from './client.ts';
import { Recorder } from './recorder.ts';

/** The event that clients compete for where the platform lets one be made: small, so that they meet. */
const SEATS = 12;
const POOL = 16;

export interface Examination {
  /** The gateway. */
  readonly baseUrl: string;
  readonly eventId: string;
  /** Where every other user asks over gRPC. */
  readonly grpc?: GrpcAt | undefined;
  readonly users: number;
  /** Whether a client that has asked so often goes on. */
  readonly mayGoOn: (asked: number) => boolean;
  readonly seed: number;
  /** Makes the names of the users, and their passwords. */
  readonly secret: () => string;
  /** The clients' clock, in ms. */
  readonly now: () => number;
  readonly onClient?: (done: number) => void;
}

/** The document of an event to compete for, which nobody else finds in a list. `saleEndsAt`: for when it is over, since the event stays. */
export const eventToExamine = (id: string, saleEndsAt?: string): object => ({
  id, name: 'an examination', currency: 'KRW', purchase_limit: 1_000, listed: false, sale_ends_at: saleEndsAt,
  sections: [
    { id: 'S', name: 'seats', price: 1_000, rows: [{ id: 'A', seats: `1-${SEATS}` }] },
    { id: 'P', name: 'standing', price: 500, capacity: POOL },
  ],
});

/** Puts that event at an inventory. Throws `CannotExamine`. */
export async function putEventToExamine(inventoryUrl: string, eventId: string, token: string, saleEndsAt?: string): Promise<void> {
  const said = await send(`${inventoryUrl}/v1/events/${eventId}`, { method: 'PUT', token, body: eventToExamine(eventId, saleEndsAt) });
  if (said.status >= 300 || said.status === 0) throw new CannotExamine(`${eventId} could not be made at ${inventoryUrl}: ${whyOf(said)}`);
}

/** Lets users compete over HTTP and gRPC, and judges what they were told. Throws `CannotExamine`. */
export async function examine(examination: Examination): Promise<HistoryReport> {
  const { baseUrl, eventId, grpc, users, mayGoOn, seed, secret, now, onClient } = examination;
  const ground = await readGround(baseUrl, eventId);
  const recorder = new Recorder(now, ground);
  const clients: Client[] = [];
  try {
    for (let i = 0; i < users; i++) {
      const user = await register(baseUrl, { id: eventId, currency: ground.currency }, `verify-${secret()}`, secret(), now);
      clients.push(grpc !== undefined && i % 2 === 1 ? grpcClient(user, grpc, ground, now) : httpClient(user));
    }
    let done = 0;
    await Promise.all(
      clients.map(async (client, i) => {
        await recorder.play(client, new SeededRandom(seed + i), mayGoOn);
        onClient?.(++done);
      }),
    );
  } finally {
    for (const client of clients) client.close();
  }
  return checkHistory(recorder.operations, (object) => ground.capacityOf(object));
}
