import { refuse } from '../errors/registry.ts';
import type { Refusal } from '../http/route.ts';
import { actingUser, type GrpcCall } from './grpc-call.ts';
import type { UnaryHandler } from './server/grpc-service.ts';

/** The longest user id that is taken, in characters. */
export interface UserIdLimits {
  readonly idChars: number;
}

interface NamesUser {
  readonly userId: string;
}

type Handle<Request, Acting, Response> = (request: Request, acting: Acting, call: GrpcCall) => Promise<Response | Refusal>;

const NO_USER = refuse('INVALID_REQUEST', { details: [{ field: 'userId', reason: 'is required: a service says for whom it acts' }] });

/**
 * A handler of a method that is about one user's things. With a user's token these are that user's; a service names the user, or names
 * none, and the owner is undefined: then nobody's ownership is checked.
 */
export const forOwner =
  <Request extends NamesUser, Response>(limits: UserIdLimits, handle: Handle<Request, string | undefined, Response>): UnaryHandler<Request, Response> =>
  (request, call) => {
    const acting = actingUser(call.caller, request.userId);
    if ('refused' in acting) return acting;
    // The user of a token was checked with it.
    if (call.caller.kind !== 'user' && !isUserId(request.userId, limits)) return BAD_USER;
    return handle(request, acting.kind === 'user' ? acting.userId : undefined, call);
  };

/** The same for a method that needs a user. */
export const forUser = <Request extends NamesUser, Response>(limits: UserIdLimits, handle: Handle<Request, string, Response>): UnaryHandler<Request, Response> =>
  forOwner(limits, async (request, owner, call) => (owner === undefined ? NO_USER : handle(request, owner, call)));

const BAD_USER = refuse('INVALID_REQUEST', { details: [{ field: 'userId', reason: 'is longer than an id may be, or has control characters' }] });

/** Ids have no control characters: keys are kept under digests in which these separate the parts. */
const isUserId = (text: string, { idChars }: UserIdLimits): boolean => text.length <= idChars && !/\p{Cc}/u.test(text);
