import { readCallers, type RpcDefinition } from '@traffic-tacos/contracts';
import type { Error as ErrorMessage } from '@traffic-tacos/contracts/proto/common/v1/errors';
import { present } from '@traffic-tacos/kernel';
import { GRPC_ERROR_CODES, type GrpcServerOptions } from '@traffic-tacos/kit';
import { withGrpcServer, withServer, type EndedCall, type TestGrpcServer } from '@traffic-tacos/kit/testing';
import { reservationWorld, type ReservationWorld } from './reservation-world.ts';

export interface Asked {
  /** The user whose token the call carries; alice unless said otherwise, none for an empty text. */
  readonly as?: string;
  readonly role?: string;
  /** Sent as metadata. */
  readonly key?: string;
  readonly sent?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** How a call ended: `OK`, `error NOT_FOUND` for an outcome in the response, or the name of a status. */
export interface Told<Response> {
  readonly verdict: string;
  /** The code of the error table where the call ended with a status. */
  readonly reason: string | undefined;
  readonly message: string;
  /** The fields that the details of a refusal name. */
  readonly fields: readonly string[];
  readonly reasons: readonly string[];
  /** Of an answer, also one that carries an error. */
  readonly response: Response | undefined;
  /** The response of a call that was carried out; anything else fails the test. */
  readonly done: () => Response;
}

export interface GrpcWorld extends ReservationWorld {
  readonly running: TestGrpcServer;
  /** Calls a method; what the request leaves out has its default. */
  ask<Request, Response>(method: RpcDefinition<Request, Response>, request: Partial<Request>, asked?: Asked): Promise<Told<Response>>;
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
      const ended = await running.call(method, { ...method.requestDeserialize(Buffer.alloc(0)), ...request }, metadata, deadlineMs);
      return toldOf(ended);
    };
    await body({ ...world, running, ask, createOverRest: createOverRest(world) });
  });
}

function toldOf<Response>({ code, message, response, details }: EndedCall<Response>): Told<Response> {
  const error = (response as { readonly error?: ErrorMessage } | undefined)?.error;
  const violations = error?.details ?? details?.violations ?? [];
  const verdict = error === undefined ? code : `error ${nameOf(error.code)}`;
  return {
    verdict,
    reason: details?.reason,
    message: error?.message ?? message,
    fields: violations.map(({ field }) => field),
    reasons: violations.map(({ reason }) => reason),
    response,
    done: () => present(verdict === 'OK' ? response : undefined, `an answer and not ${verdict}: ${JSON.stringify(violations)}`),
  };
}

const nameOf = (code: number): string =>
  present(Object.keys(GRPC_ERROR_CODES).find((name) => GRPC_ERROR_CODES[name]?.number === code), `a name for the code ${code}`);

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
