import type { MethodDefinition } from '@grpc/grpc-js';
import type { GrpcChannel, UpstreamCall } from './channel.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

interface UnaryShape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** The unary methods of a service as functions. Streams are left out. */
export type UnaryClient<Methods> = {
  readonly [Name in keyof Methods as Methods[Name] extends { readonly responseStream: true } ? never : Name]: UnaryMethod<Methods[Name]>;
};

type UnaryMethod<Method> =
  Method extends MethodDefinition<infer Request, infer Response>
    ? (request: Request, options?: UpstreamCall) => Promise<UpstreamAnswer<Response>>
    : never;

export interface UnaryClientRules<Methods> {
  /** Methods that change nothing, or nothing more when repeated: they are repeated without a key. */
  readonly idempotent: readonly (keyof Methods & string)[];
}

/** The methods of one service over a channel. */
export function createUnaryClient<const Methods extends Readonly<Record<string, UnaryShape>>>(
  channel: GrpcChannel,
  definition: Methods,
  { idempotent }: UnaryClientRules<Methods>,
): UnaryClient<Methods> {
  const isIdempotent = new Set<string>(idempotent);
  const methods = Object.entries(definition)
    .filter(([, { requestStream, responseStream }]) => !requestStream && !responseStream)
    .map(([name, shape]) => {
      const method = shape as MethodDefinition<unknown, unknown>;
      const isSafe = isIdempotent.has(name);
      const call = (request: unknown, options?: UpstreamCall) =>
        channel.call(method, request, { ...options, isIdempotent: options?.isIdempotent ?? isSafe });
      return [name, call];
    });
  return Object.fromEntries(methods) as UnaryClient<Methods>;
}
