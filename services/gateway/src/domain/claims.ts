import type { EpochMs } from '@traffic-tacos/kernel';
import { ROLES, type Role } from './account.ts';
import { lengthProblem, type CharacterRange } from './characters.ts';

/** Who a token is for and for how long. */
export interface TokenRequest {
  readonly userId: string;
  readonly role: Role;
  /** 1 second to `MAX_TOKEN_TTL_SECONDS`. */
  readonly ttlSeconds: number;
}

/** Who signs, and for whom: the `iss` and, if set, the `aud` of every token. */
export interface Issuer {
  /** The base address under which discovery and keys are found, without a slash at the end. */
  readonly url: string;
  readonly audience: string | undefined;
}

/** The claims of an access token (RFC 7519); instants are whole seconds. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud?: string | string[];
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly role: Role | 'service';
}

/** 31 days: enough for a long test run, short enough that a lost token ends by itself. */
export const MAX_TOKEN_TTL_SECONDS = 31 * 24 * 3600;

/** As long as any id that a client may send (`idChars` of the limits). */
const USER_ID_CHARACTERS: CharacterRange = { min: 1, max: 128 };
const HAS_CONTROLS = /[\p{Cc}\p{Cs}]/u;

/** Everything that is wrong with the request, a sentence each; empty when it can be signed. */
export function tokenRequestProblems({ userId, role, ttlSeconds }: TokenRequest): readonly string[] {
  const problems: string[] = [];
  const length = lengthProblem(userId, USER_ID_CHARACTERS);
  if (length !== undefined) problems.push(`user ${length}`);
  if (HAS_CONTROLS.test(userId)) problems.push('user must not contain control characters');
  if (!ROLES.includes(role)) problems.push(`role must be one of ${ROLES.join(', ')}, got ${role}`);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TOKEN_TTL_SECONDS) {
    problems.push(`ttl must be 1 to ${MAX_TOKEN_TTL_SECONDS} whole seconds, got ${ttlSeconds}`);
  }
  return problems;
}

/** The claims of a token signed at `wallMs`. `tokenId` must never have been used before. */
export function claimsFor(request: TokenRequest, issuer: Issuer, wallMs: EpochMs, tokenId: string): Claims {
  const issuedAt = Math.floor(wallMs / 1000);
  return {
    iss: issuer.url,
    sub: request.userId,
    ...(issuer.audience === undefined ? {} : { aud: issuer.audience }),
    iat: issuedAt,
    exp: issuedAt + request.ttlSeconds,
    jti: tokenId,
    role: request.role,
  };
}

/** Services that a service credential may be for: those that take calls of other services. */
export const SERVICE_AUDIENCES = ['gateway', 'reservation', 'inventory', 'payment', 'worker'] as const;
export type ServiceAudience = (typeof SERVICE_AUDIENCES)[number];

/** A service credential is short: one that is lost ends by itself. */
export const SERVICE_TOKEN_TTL_SECONDS = 300;

/** The claims of a credential with which one service calls another. It names the service, and no user. */
export function serviceClaimsFor(clientId: string, audience: ServiceAudience, issuer: Issuer, wallMs: EpochMs, tokenId: string): Claims {
  const issuedAt = Math.floor(wallMs / 1000);
  return {
    iss: issuer.url,
    sub: clientId,
    aud: issuer.audience === undefined ? audience : [audience, issuer.audience],
    iat: issuedAt,
    exp: issuedAt + SERVICE_TOKEN_TTL_SECONDS,
    jti: tokenId,
    role: 'service',
  };
}
