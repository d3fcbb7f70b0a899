import type { IncomingMessage } from 'node:http';
import { refuse } from '../errors/registry.ts';
import type { Exchange } from './exchange.ts';
import type { Access, Caller, Refusal } from './route.ts';

/** Turns a token into its caller. A remembered token is answered at once, without a promise. */
export interface TokenVerifier {
  verify(token: string): Caller | Refusal | Promise<Caller | Refusal>;
}

/** Undefined: let in, with `exchange.caller` set where a token was shown. */
export type Entry = Refusal | undefined;

const BEARER = /^Bearer +(\S+) *$/i;
const BEARER_SCHEME = /^Bearer\b/i;
const NO_TOKEN = refuse('UNAUTHENTICATED');
const BAD_HEADER = refuse('UNAUTHENTICATED', { details: [{ field: 'Authorization', reason: 'must be a bearer token' }] });
const WRONG_ROLE = refuse('FORBIDDEN');

/** Who is calling, and whether this route is for them. Nothing of the body has been read at this point. */
export function authorize(exchange: Exchange, verifier: TokenVerifier): Entry | Promise<Entry> {
  const { access } = exchange.compiled.route;
  if (access === 'anyone') return exchange.compiled.isLimited ? recognise(exchange, verifier) : undefined;
  const header = exchange.raw.headers.authorization;
  if (header === undefined) return enterWithoutToken(access, exchange.raw);
  const token = tokenOf(header);
  // Other schemes carry no token of ours; a bearer scheme without a token is a mistake that its sender should hear of.
  if (token === undefined) return BEARER_SCHEME.test(header) ? BAD_HEADER : enterWithoutToken(access, exchange.raw, BAD_HEADER);
  const verified = verifier.verify(token);
  return verified instanceof Promise ? verified.then((caller) => enter(exchange, access, caller)) : enter(exchange, access, verified);
}

/** Sees who is asking where anybody may, so that they are not counted among all who share their address. A token that is not genuine says nothing. */
function recognise(exchange: Exchange, verifier: TokenVerifier): Entry | Promise<Entry> {
  const { authorization } = exchange.raw.headers;
  const token = authorization === undefined ? undefined : tokenOf(authorization);
  if (token === undefined) return undefined;
  const note = (verified: Caller | Refusal): undefined => {
    if (!('refused' in verified)) exchange.recognised = verified;
  };
  const verified = verifier.verify(token);
  return verified instanceof Promise ? verified.then(note, () => undefined) : note(verified);
}

/** The token of a bearer `Authorization` header; undefined for other schemes and for a scheme alone. */
export function tokenOf(header: string): string | undefined {
  if (header.startsWith('Bearer ') && !header.includes(' ', 7)) return header.length > 7 ? header.slice(7) : undefined;
  return BEARER.exec(header)?.[1];
}

function enterWithoutToken(access: Access, raw: IncomingMessage, otherwise: Refusal = NO_TOKEN): Entry {
  if (access === 'optional') return undefined;
  return access === 'operator' && isSameMachine(raw) ? undefined : otherwise;
}

function enter(exchange: Exchange, access: Access, caller: Caller | Refusal): Entry {
  if ('refused' in caller) return caller;
  // An operator's place is the machine: a token that is sent along takes nothing away from it.
  if (!mayEnter(access, caller.roles) && !(access === 'operator' && isSameMachine(exchange.raw))) return WRONG_ROLE;
  exchange.caller = caller;
  return undefined;
}

function mayEnter(access: Access, roles: readonly string[]): boolean {
  switch (access) {
    case 'anyone':
      return true;
    case 'optional':
    case 'user':
      return !isServiceOnly(roles);
    case 'organizer':
      return roles.includes('organizer') || roles.includes('admin');
    case 'admin':
    case 'operator':
      return roles.includes('admin');
    case 'service':
      return roles.includes('service');
    case 'service_or_admin':
      return roles.includes('service') || roles.includes('admin');
  }
}

/** A service acts for users over gRPC, where it names them; over REST its own name would become a user's id. */
function isServiceOnly(roles: readonly string[]): boolean {
  for (const role of roles) if (role !== 'service') return false;
  return roles.length > 0;
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** A request that a proxy on this machine forwards comes from loopback as well, so one that says it was forwarded does not count. */
function isSameMachine(raw: IncomingMessage): boolean {
  const { forwarded, 'x-forwarded-for': forwardedFor, 'x-real-ip': realIp } = raw.headers;
  if (forwarded !== undefined || forwardedFor !== undefined || realIp !== undefined) return false;
  return LOOPBACK.test(raw.socket.remoteAddress ?? '');
}
