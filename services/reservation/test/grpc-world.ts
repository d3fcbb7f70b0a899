import { readCallers, type RpcDefinition } from '@traffic-tacos/contracts';
import type { GrpcServerOptions } from '@traffic-tacos/kit';
import { toldOf, withGrpcServer, withServer, type Sent, type TestGrpcServer, type ToldCall } from '@traffic-tacos/kit/testing';
import { reservationWorld, type ReservationWorld } from './reservation-world.ts';

export interface Asked {
  /** The user whose token the call carries; alice unless said otherwise, none for an empty text. */
  readonly as?: string;
  readonly role?: string;
  /** Sent as metadata. */
  readonly key?: string;
  readonly sent?: Sent;
  readonly deadlineMs?: number;
}

export interface GrpcWorld extends ReservationWorld {
  readonly running: TestGrpcServer;
  /** Calls a method; what the request leaves out has its default. */
  ask<Request, Response>(method: RpcDefinition<Request, Response>, request: Partial<Request>, asked?: Asked): Promise<ToldCall<Response>>;
  /** Creates a reservation over REST, with the same service behind it, and answers the body. */
  createOverRest(key: string, body: object, as?: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Runs `body` against the methods of the service on a real gRPC server. */
export async function behindGrpc(body: (world: GrpcWorld) => Promise<void>, otherwise: Partial<GrpcServerOptions> = {}): Promise<void> {
  const world = reservationWorld();
  await withGrpcServer({ services: world.service.rpcs, authz: readCallers(), ...otherwise }, async (running) => {
    const ask: GrpcWorld['ask'] = async (method, request, asked = {}) => {
      const { as = 'alice', role, key, sent = {}, deadlineMs } = asked;
      const token = as === '' ? {} : { authorization: await running.bearer(as, role) };
      const metadata = { ...token, ...(key === undefined ? {} : { 'idempotency-key': key }), ...sent };
      return toldOf(await running.call(method, { ...method.requestDeserialize(Buffer.alloc(0)), ...request }, metadata, deadlineMs));
    };
    await body({ ...world, running, ask, createOverRest: createOverRest(world) });
  });
}

const createOverRest =
  (world: ReservationWorld): GrpcWorld['createOverRest'] =>
  async (key, body, as = 'alice') =>
    withServer(
      world.service.routes,
      async ({ server, bearer }) => {
        const headers = { authorization: await bearer(as), 'idempotency-key': key };
        return (await server.inject({ method: 'POST', path: '/v1/reservations', headers, body })).json() as Readonly<Record<string, unknown>>;
      },
      { clock: world.clock },
    );
