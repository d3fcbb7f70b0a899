import { Unavailable, type Clock, type Limits } from '@traffic-tacos/kernel';
import { errors, jwtVerify, type JSONWebKeySet, type JWTHeaderParameters, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { refuse } from '../errors/registry.ts';
import type { TokenVerifier } from '../http/authorize.ts';
import type { Caller, Refusal } from '../http/route.ts';
import { callerOf, type ClaimRules } from './caller-of.ts';
import { createFetchJson, type FetchJson } from './fetch-json.ts';
import {
  createLocalKeySource,
  createRemoteKeySource,
  DEFAULT_KEY_TIMES,
  type IssuerKeys,
  type KeySource,
  type KeyTimes,
} from './key-source.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/**
 * Whose tokens are believed. Keys come from `keys` (an issuer in this process), from `jwksUri`, or from the issuer's discovery
 * document, in this order. Never from a token: its `jku`, `x5u` and `jwk` are not looked at, and its `kid` is compared, not followed.
 */
export interface TokenVerifierOptions {
  /** The `iss` that tokens must carry. Not checked when undefined, which needs `keys` or `jwksUri`. */
  readonly issuer?: string;
  readonly jwksUri?: string;
  readonly keys?: () => JSONWebKeySet;
  /** The `aud` that tokens must carry, if any. */
  readonly audience?: string;
  /** The `aud` that tokens with the role `service` must carry: this service's name. */
  readonly serviceAudience?: string;
  /** `role` unless given. */
  readonly rolesClaim?: string;
  /** Some issuers leave `typ` out; their tokens are believed only when this says so. */
  readonly allowUntyped?: boolean;
  /** Its wall time decides over `exp` and `nbf`. */
  readonly clock: Clock;
  readonly fetchJson?: FetchJson;
  readonly keyTimes?: KeyTimes;
  readonly limits: Pick<Limits, 'verifiedTokens' | 'idChars'>;
}

/** Signatures that are believed. No symmetric one, and not `none`. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt']);
/** Longer tokens are not even decoded. The header that carries them is limited as well. */
const MAX_TOKEN_CHARS = 8_192;

/** A verifier that can be made ready before the first token comes. */
export interface PreparedVerifier extends TokenVerifier {
  /**
   * Fetches the issuer's keys where they are elsewhere, so that no request waits for them. Answers what stood in the way; undefined when
   * nothing did. Whoever comes with a token afterwards has them fetched again.
   */
  prepare(): Promise<Unavailable | undefined>;
}

export function createTokenVerifier(options: TokenVerifierOptions): PreparedVerifier {
  return new JwtVerifier(options);
}

class JwtVerifier implements PreparedVerifier {
  readonly #clock: Clock;
  readonly #source: KeySource;
  readonly #rules: ClaimRules;
  readonly #jwtOptions: JWTVerifyOptions;
  readonly #allowUntyped: boolean;
  readonly #verified: VerifiedTokens;
  readonly #trustMs: number;

  constructor(options: TokenVerifierOptions) {
    const { clock, issuer, jwksUri, keys, audience, limits, fetchJson = createFetchJson(), keyTimes = DEFAULT_KEY_TIMES } = options;
    this.#clock = clock;
    this.#source =
      keys === undefined
        ? createRemoteKeySource({ issuer, jwksUri, fetchJson, clock, times: keyTimes })
        : createLocalKeySource(keys);
    this.#rules = { rolesClaim: options.rolesClaim ?? 'role', userIdChars: limits.idChars, serviceAudience: options.serviceAudience };
    this.#trustMs = keyTimes.maxAgeMs;
    this.#allowUntyped = options.allowUntyped ?? false;
    this.#verified = new VerifiedTokens(limits.verifiedTokens);
    this.#jwtOptions = {
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    };
  }

  async prepare(): Promise<Unavailable | undefined> {
    try {
      await this.#source.prefetch();
      return undefined;
    } catch (thrown) {
      if (thrown instanceof Unavailable) return thrown;
      throw thrown;
    }
  }

  verify(token: string): Caller | Refusal | Promise<Caller | Refusal> {
    const known = this.#verified.get(token);
    if (known === undefined) return token.length > MAX_TOKEN_CHARS ? unauthenticated('the token is too long') : this.#verifyNew(token);
    const wallMs = this.#clock.wallMs();
    if (wallMs < known.trustedUntilMs) return known.caller;
    this.#verified.forget(token);
    return wallMs < known.expiresAtMs ? this.#verifyNew(token) : unauthenticated('the token has expired');
  }

  async #verifyNew(token: string): Promise<Caller | Refusal> {
    try {
      const keys = await this.#source.current();
      return this.#remember(token, await this.#payloadOf(token, keys));
    } catch (thrown) {
      return refusalOf(thrown);
    }
  }

  async #payloadOf(token: string, keys: IssuerKeys): Promise<JWTPayload> {
    const options = { ...this.#jwtOptions, currentDate: new Date(this.#clock.wallMs()) };
    const { payload } = await jwtVerify(
      token,
      async (header, jws) => {
        this.#checkType(header);
        try {
          return await keys.find(header, jws);
        } catch (thrown) {
          if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown;
          const newer = await this.#source.afterUnknownKey();
          if (newer === keys) throw thrown;
          return newer.find(header, jws);
        }
      },
      options,
    );
    return payload;
  }

  /** A token made for something else must not pass as a sign-in, though the same key signed it. */
  #checkType({ typ }: JWTHeaderParameters): void {
    if (typ === undefined && this.#allowUntyped) return;
    const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
    if (!TYPES.has(type)) throw new errors.JWTInvalid('typ is not that of an access token');
  }

  #remember(token: string, payload: JWTPayload): Caller | Refusal {
    const found = callerOf(payload, this.#rules, this.#clock.wallMs() / 1_000);
    if (found.kind === 'refused') return unauthenticated(found.reason);
    // The library has made sure that exp is there and a number.
    const expiresAtMs = (payload.exp ?? 0) * 1000;
    const trustedUntilMs = Math.min(expiresAtMs, this.#clock.wallMs() + this.#trustMs);
    const caller = Object.freeze({ ...found.caller, tokenExpiresAtMs: expiresAtMs });
    this.#verified.put(token, { caller, trustedUntilMs, expiresAtMs });
    return caller;
  }
}

const unauthenticated = (reason: string): Refusal => refuse('UNAUTHENTICATED', { details: [{ field: 'Authorization', reason }] });

/** What a client may be told. Everything that is no statement about the token goes on as it came. */
function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof errors.JWTExpired) return unauthenticated('the token has expired');
  if (thrown instanceof errors.JWTClaimValidationFailed) return unauthenticated(`the token's claim ${thrown.claim} is not accepted`);
  if (thrown instanceof errors.JWKSNoMatchingKey) return unauthenticated('the token is signed by an unknown key');
  if (thrown instanceof errors.JOSEError) return unauthenticated('the token is not valid');
  throw thrown;
}
