import { refuse } from '../errors/registry.ts';
import type { Refusal } from '../http/route.ts';

/**
 * Who is calling. `nobody`: the method is for anyone, and no token was looked at or shown. `user`: the user of a verified token. `service`:
 * a service credential, which names only that service. `network`: no token, let in because of where it comes from (GRPC_AUTH=network).
 */
export type GrpcCaller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'user'; readonly userId: string; readonly roles: readonly string[]; readonly tokenExpiresAtMs?: number | undefined }
  | { readonly kind: 'service'; readonly name: string; readonly roles: readonly string[]; readonly tokenExpiresAtMs?: number | undefined }
  | { readonly kind: 'network' };

/** `response`: expected outcomes stand in the response's `error`, with status OK. `status`: they are statuses as well. */
export type ErrorMode = 'response' | 'status';

/** One call as a handler sees it: its caller known, its message decoded. */
export interface GrpcCall {
  readonly caller: GrpcCaller;
  /** Where the connection comes from, without its port. */
  readonly peer: string;
  /** 32 hex digits. */
  readonly traceId: string;
  /** From the request's `idempotency_key`, or from the metadata `idempotency-key`; undefined when neither has one. */
  readonly idempotencyKey: string | undefined;
  /** On the wall clock. `Infinity` when the client named none. Past it the client has stopped waiting. */
  readonly deadlineMs: number;
  readonly errorMode: ErrorMode;
  /** The first value under this name, as text; undefined for a name that was not sent or is a binary one. */
  readonly metadata: (name: string) => string | undefined;
  /** Aborts when the client has gone or its deadline has passed; a stream's also when the server closes. For waiting, not for deciding. */
  readonly signal: AbortSignal;
}

/** Whose things a call is about. `unnamed`: any user's; the caller is trusted and has named none, so the owner is not checked. */
export type ActingUser = { readonly kind: 'user'; readonly userId: string } | { readonly kind: 'unnamed' };

const ANOTHER_USER = refuse('FORBIDDEN', { details: [{ field: 'userId', reason: 'is not the user of the token' }] });
const NO_USER = refuse('UNAUTHENTICATED');

/**
 * Whose things a call with this `user_id` is about. With a user's token that user's, and naming another one is refused; a service or the
 * trusted network names the user, or none. Methods for anyone that need a user refuse nobody in particular.
 */
export function actingUser(caller: GrpcCaller, namedUserId: string): ActingUser | Refusal {
  switch (caller.kind) {
    case 'user':
      return namedUserId === '' || namedUserId === caller.userId ? { kind: 'user', userId: caller.userId } : ANOTHER_USER;
    case 'service':
    case 'network':
      return namedUserId === '' ? { kind: 'unnamed' } : { kind: 'user', userId: namedUserId };
    case 'nobody':
      return NO_USER;
  }
}
