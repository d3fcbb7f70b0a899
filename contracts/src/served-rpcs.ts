import { MalformedMessage } from './codec.ts';
import type { RequestOf } from './rpc-definition.ts';

/** A method for a server: a request that cannot be read is a value, so that the handler can answer INVALID_ARGUMENT. */
export type ServedRpc<Rpc> = Omit<Rpc, 'requestDeserialize'> & {
  readonly requestDeserialize: (bytes: Buffer) => RequestOf<Rpc> | MalformedMessage;
};

/** The methods of a service for a server. */
export type ServedRpcs<Service> = { readonly [Name in keyof Service]: ServedRpc<Service[Name]> };

type Rpcs = Readonly<Record<string, { readonly requestDeserialize: (bytes: Buffer) => unknown }>>;

/**
 * The methods of a service for `server.addService`. grpc-js answers INTERNAL when a request cannot be read, which is the code for our own
 * faults: here the request is then a `MalformedMessage`, and the handler decides.
 */
export function servedRpcs<Service extends Rpcs>(service: Service): ServedRpcs<Service> {
  const methods = Object.entries(service).map(([name, rpc]) => [name, { ...rpc, requestDeserialize: readable(rpc.requestDeserialize) }]);
  return Object.fromEntries(methods) as ServedRpcs<Service>;
}

function readable<Request>(deserialize: (bytes: Buffer) => Request): (bytes: Buffer) => Request | MalformedMessage {
  return (bytes) => {
    try {
      return deserialize(bytes);
    } catch (error) {
      if (error instanceof MalformedMessage) return error;
      throw error;
    }
  };
}
