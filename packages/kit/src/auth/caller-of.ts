import type { JWTPayload } from 'jose';
import type { Caller } from '../http/route.ts';

/** What is wrong with a token whose signature is right. */
export type CallerOfToken = { readonly kind: 'caller'; readonly caller: Caller } | { readonly kind: 'refused'; readonly reason: string };

/** Roles that one token may name. */
const MAX_ROLES = 50;

export interface ClaimRules {
  /** Name of the claim with the roles; a dot leads into an object (`realm_access.roles`). */
  readonly rolesClaim: string;
  readonly userIdChars: number;
  /** The audience that a service credential must be for; not checked when undefined. */
  readonly serviceAudience: string | undefined;
}

/** A service credential that is lost must end by itself soon: the greatest `exp` − `iat`, with leeway for issuers that round. */
const LONGEST_SERVICE_LIFE_SECONDS = 300 + 30;

/** How far the issuer's clock may be ahead of ours. */
const LEEWAY_SECONDS = 30;

/** The caller that a verified token names. */
export function callerOf(payload: JWTPayload, rules: ClaimRules, nowSeconds: number): CallerOfToken {
  const { sub } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > rules.userIdChars) {
    return { kind: 'refused', reason: 'the token names no user' };
  }
  const roles = rolesOf(claimAt(payload, rules.rolesClaim));
  if (roles.includes('service') && !isFor(payload.aud, rules.serviceAudience)) {
    return { kind: 'refused', reason: 'the service credential is for another service' };
  }
  if (roles.includes('service') && !isShort(payload)) {
    return { kind: 'refused', reason: 'the service credential does not say when it was issued, or is valid for more than five minutes' };
  }
  if (roles.includes('service') && (payload.iat ?? 0) > nowSeconds + LEEWAY_SECONDS) {
    return { kind: 'refused', reason: 'the service credential is not issued yet' };
  }
  return { kind: 'caller', caller: Object.freeze({ userId: sub, roles: Object.freeze(roles) }) };
}

/** Claims may have dots in their own names, as URLs do; the whole name goes first. */
function claimAt(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let value: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** One role, several with spaces between (as scopes are written), or a list. */
function rolesOf(claim: unknown): readonly string[] {
  const roles = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return roles.filter((role): role is string => typeof role === 'string' && role !== '').slice(0, MAX_ROLES);
}

function isFor(audience: string | readonly string[] | undefined, service: string | undefined): boolean {
  if (service === undefined) return true;
  return typeof audience === 'string' ? audience === service : (audience?.includes(service) ?? false);
}

/** A token without `iat` could be of any age. */
const isShort = ({ iat, exp }: JWTPayload): boolean => iat !== undefined && exp !== undefined && exp - iat <= LONGEST_SERVICE_LIFE_SECONDS;
