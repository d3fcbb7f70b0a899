import { InventoryService, readCallers, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { withGrpcServer, type EndedCall, type Sent, type TestGrpcServer } from '@traffic-tacos/kit/testing';
import { createInventory } from '../../src/service.ts';
import { createWorld, type World } from './world.ts';

type Rpcs = typeof InventoryService;

/** The methods, as the reservation service calls them; a request's other fields are empty. */
export type Asking = <Name extends keyof Rpcs>(
  name: Name,
  request?: Partial<RequestOf<Rpcs[Name]>>,
  sent?: Sent,
) => Promise<EndedCall<ResponseOf<Rpcs[Name]>>>;

export interface GrpcWorld extends TestGrpcServer {
  readonly world: World;
  readonly ask: Asking;
}

/** An inventory behind its gRPC port, on a journal in memory and a clock that the test moves. Under `network` nobody shows a token. */
export async function withGrpcWorld<T>(body: (on: GrpcWorld) => Promise<T>, world: World = createWorld(), auth: 'token' | 'network' = 'token'): Promise<T> {
  const { memory, units, clock, journal } = world;
  const service = createInventory({ memory, units, clock, journal, limits: memory.limits, holdMs: 60_000, extensionMaxMs: 60_000 });
  return withGrpcServer({ services: service.rpcs, authz: readCallers(), settings: { auth } }, async (running) => {
    const credential: Sent = auth === 'network' ? {} : { authorization: await running.bearer('reservation', 'service') };
    const ask: Asking = (name, request = {}, sent = {}) => {
      const method = InventoryService[name];
      const empty = method.requestDeserialize(Buffer.alloc(0));
      // The compiler cannot see that the request and the method of one name belong together.
      return running.call(method as never, { ...empty, ...request } as never, { ...credential, ...sent });
    };
    return body({ ...running, world, ask });
  });
}

/** The code of an outcome by its number in the contract, and its details. */
export const errorOf = (ended: EndedCall<{ readonly error?: { readonly code: number; readonly details: readonly object[] } | undefined }>): readonly unknown[] => [
  ended.code,
  ended.response?.error?.code,
  ...(ended.response?.error?.details ?? []).map((detail) => ({ ...detail })),
];
