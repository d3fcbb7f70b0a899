import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { withServer } from '@traffic-tacos/kit/testing';
import { reservationWorld, type ReservationWorld } from './reservation-world.ts';

export const PAGE = DEFAULT_LIMITS.listPage;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The code of a refusal; undefined in an answer that is none. */
  readonly code: string | undefined;
  readonly details: readonly { readonly field: string; readonly reason: string }[];
}

export interface Sent {
  readonly as?: string;
  readonly role?: string;
  readonly key?: string;
  readonly body?: unknown;
}

export interface RestWorld extends ReservationWorld {
  ask(method: string, path: string, sent?: Sent): Promise<Answer>;
}

/** Runs `body` against the routes of the service behind a real server. */
export async function behindServer(body: (world: RestWorld) => Promise<void>): Promise<void> {
  const world = reservationWorld();
  await withServer(
    world.service.routes,
    async ({ server, bearer }) => {
      const ask = async (method: string, path: string, { as = 'alice', role, key, body: sent }: Sent = {}): Promise<Answer> => {
        const headers = { authorization: await bearer(as, role), ...(key === undefined ? {} : { 'idempotency-key': key }) };
        const reply = await server.inject({ method, path, headers, ...(sent === undefined ? {} : { body: sent }) });
        const document = reply.json() as Answer['body'];
        const error = document['error'] as { readonly code: string; readonly details: Answer['details'] } | undefined;
        return { ...reply, body: document, code: error?.code, details: error?.details ?? [] };
      };
      await body({ ...world, ask });
    },
    { clock: world.clock },
  );
}
