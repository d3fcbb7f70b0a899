import { invariant } from '@traffic-tacos/kernel';
import type { Metrics } from '../../metrics/metrics.ts';
import type { AuthzTable, CallerKind } from '../authz.ts';
import type { GrpcMethod, GrpcService } from './grpc-service.ts';
import { createMethodMeters, type MethodMeters } from './method-meters.ts';

/** A method with everything that a call needs to know about it, looked up once. */
export interface CompiledMethod extends GrpcMethod {
  /** `reservation.v1.InventoryService/CheckAvailability`, in logs and metrics, also when it was called by another name. */
  readonly route: string;
  readonly access: MethodAccess;
  readonly meters: MethodMeters;
  /** Answered even while the process refuses all other work. */
  readonly isHealth: boolean;
  /** An empty response, when there is one response and it has a field `error` to put refusals into. */
  readonly errorTemplate: Message | undefined;
  /** CamelCase names of the request's fields: details about them are spelled as the contract spells them. */
  readonly fieldNames: ReadonlySet<string>;
}

export type Message = Readonly<Record<string, unknown>>;

export interface MethodAccess {
  readonly anyone: boolean;
  readonly user: boolean;
  readonly service: boolean;
  readonly admin: boolean;
  /** For anyone, and a token makes no difference, so that none is looked at. */
  readonly ignoresTokens: boolean;
}

/** Everything of a service for the server. Fails when the table has no line for a method: it would be open, or closed, by accident. */
export function compileService(service: GrpcService, authz: AuthzTable, metrics: Metrics): readonly CompiledMethod[] {
  const kindsOf = (method: GrpcMethod): ReadonlySet<CallerKind> => authz.of(method.definition.path) ?? new Set();
  const unlisted = service.methods.filter((method) => kindsOf(method).size === 0).map(({ definition }) => definition.path);
  invariant(unlisted.length === 0, `the table of callers has nobody for ${unlisted.join(', ')}`);
  return service.methods.map((method) => compile(service.name, method, accessOf(kindsOf(method), method.takesTokens), metrics, false));
}

/** The same for a service of the kit's own, which is for anyone. */
export function compileOpenService(service: GrpcService, metrics: Metrics, isHealth: boolean): readonly CompiledMethod[] {
  return service.methods.map((method) => compile(service.name, method, accessOf(new Set(['anyone']), false), metrics, isHealth));
}

function accessOf(kinds: ReadonlySet<CallerKind>, takesTokens: boolean): MethodAccess {
  const anyone = kinds.has('anyone');
  return {
    anyone,
    user: kinds.has('user'),
    service: kinds.has('service'),
    admin: kinds.has('admin'),
    ignoresTokens: anyone && !takesTokens,
  };
}

function compile(service: string, method: GrpcMethod, access: MethodAccess, metrics: Metrics, isHealth: boolean): CompiledMethod {
  const { requestDeserialize, responseDeserialize } = method.definition;
  const response = emptyMessage(responseDeserialize);
  return {
    ...method,
    route: `${service}/${method.name}`,
    access,
    meters: createMethodMeters(metrics, service, method.name),
    isHealth,
    errorTemplate: method.kind === 'unary' && Object.hasOwn(response, 'error') ? response : undefined,
    fieldNames: new Set(Object.keys(emptyMessage(requestDeserialize))),
  };
}

/** No bytes are a message all of whose fields have their default: the generated code makes one that has every field. */
function emptyMessage(deserialize: (bytes: Buffer) => unknown): Message {
  const message = deserialize(Buffer.alloc(0));
  invariant(typeof message === 'object' && message !== null, 'no bytes are a message of every type');
  return message as Message;
}
