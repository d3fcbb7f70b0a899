import type { MethodDefinition } from '@grpc/grpc-js';
import { invariant } from '@traffic-tacos/kernel';
import type { IdempotencyRule, Refusal } from '../../http/route.ts';
import type { GrpcCall } from '../grpc-call.ts';

/** Answers one request with one response, or refuses it. */
export type UnaryHandler<Request, Response> = (request: Request, call: GrpcCall) => Promise<Response | Refusal> | Response | Refusal;

/** Answers one request with a stream of responses, or refuses it. A refusal of a stream is always a status. */
export type StreamHandler<Request, Response> = (
  request: Request,
  call: GrpcCall,
) => AsyncIterable<Response> | Refusal | Promise<AsyncIterable<Response> | Refusal>;

/** Answers a stream of requests with a stream of responses. */
export type BidiHandler<Request, Response> = (requests: AsyncIterable<Request>, call: GrpcCall) => AsyncIterable<Response>;

/** A refusal whose response says more than `error`: the other fields that are set beside it. A refusal that is a status has none of them. */
export interface GrpcRefusal extends Refusal {
  readonly response?: Readonly<Record<string, unknown>>;
}

interface Shape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** The methods of a service, as grpc-js and generated code describe them. */
type Definition = Readonly<Record<string, Shape>>;

type HandlerOf<Method> =
  Method extends MethodDefinition<infer Request, infer Response>
    ? Method extends { readonly responseStream: true }
      ? Method extends { readonly requestStream: true }
        ? BidiHandler<Request, Response>
        : StreamHandler<Request, Response>
      : UnaryHandler<Request, Response>
    : never;

type HolderOfRequest<Method> = Method extends MethodDefinition<infer Request, infer _Response> ? (request: Request) => string | undefined : never;

/** What answers the methods of a service. One without a handler answers UNIMPLEMENTED to those who may call it. */
export type HandlersOf<Methods> = { readonly [Name in keyof Methods]?: HandlerOf<Methods[Name]> };

export interface GrpcServiceSpec<Methods extends Definition> {
  readonly definition: Methods;
  readonly handlers: HandlersOf<Methods>;
  /** Further full names that the same methods answer to. */
  readonly aliases?: readonly string[];
  /** Which methods need an idempotency key, or take one. `none` where nothing is said. */
  readonly idempotency?: { readonly [Name in keyof Methods]?: IdempotencyRule };
  /** Methods for anyone that a token makes a difference to: it is verified when there is one. Others for anyone do not look at it. */
  readonly takeTokens?: readonly (keyof Methods & string)[];
  /**
   * Who holds the waiting token that a request of these methods names, as a text that tells holders apart; undefined for one that is forged. Strangers are counted by it
   * instead of by their address.
   */
  readonly holdersOf?: { readonly [Name in keyof Methods]?: HolderOfRequest<Methods[Name]> };
  /** Methods for which who is not signed in has to solve a challenge first, on a server that sets any: `x-challenge` in the trailers, `x-challenge-solution` in the metadata. */
  readonly demandWork?: readonly (keyof Methods & string)[];
}

/** How a method's messages go: one and one, one and many, many and many. */
export type MethodKind = 'unary' | 'serverStream' | 'bidi';

/** A method with its handler, whatever its types. */
export interface GrpcMethod {
  /** `CheckAvailability` */
  readonly name: string;
  readonly kind: MethodKind;
  readonly definition: MethodDefinition<unknown, unknown>;
  readonly idempotency: IdempotencyRule;
  readonly takesTokens: boolean;
  readonly demandsWork: boolean;
  readonly holderOf: HolderOf | undefined;
  readonly handler: Handler | undefined;
}

/** See `holdersOf`. */
type HolderOf = { holderOf(request: unknown): string | undefined }['holderOf'];

/** A handler of any kind; which one, the method's kind tells. */
export type Handler = { handle(request: unknown, call: GrpcCall): unknown }['handle'];

export interface GrpcService {
  /** `reservation.v1.InventoryService` */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly methods: readonly GrpcMethod[];
}

/** A service for a server: its methods, checked against each other. A name under `handlers` that is no method does not compile. */
export function grpcService<const Methods extends Definition>(spec: GrpcServiceSpec<Methods>): GrpcService {
  const { definition, handlers, aliases = [], idempotency, takeTokens = [], demandWork = [], holdersOf } = spec;
  const names: readonly (keyof Methods & string)[] = Object.keys(definition);
  const services = new Set(names.map((name) => splitPath(definition[name]?.path ?? '').service));
  const [name] = services;
  invariant(name !== undefined && services.size === 1, `the methods of one definition belong to one service, not to ${[...services].join(', ')}`);
  return {
    name,
    aliases,
    methods: names.map((key) => {
      const method = definition[key] as MethodDefinition<unknown, unknown>;
      return {
        name: splitPath(method.path).method,
        kind: kindOf(method),
        definition: method,
        idempotency: idempotency?.[key] ?? 'none',
        takesTokens: takeTokens.includes(key),
        demandsWork: demandWork.includes(key),
        holderOf: holdersOf?.[key] as HolderOf | undefined,
        handler: handlers[key] as Handler | undefined,
      };
    }),
  };
}

function splitPath(path: string): { readonly service: string; readonly method: string } {
  const [, service, method] = /^\/([\w.]+)\/(\w+)$/.exec(path) ?? [];
  invariant(service !== undefined && method !== undefined, `"${path}" is no path of a method`);
  return { service, method };
}

function kindOf({ requestStream, responseStream, path }: Shape): MethodKind {
  invariant(responseStream || !requestStream, `${path}: methods with many requests and one response are not served`);
  if (!responseStream) return 'unary';
  return requestStream ? 'bidi' : 'serverStream';
}
