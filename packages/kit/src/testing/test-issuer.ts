import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '@traffic-tacos/kernel';
import { SignJWT, type JSONWebKeySet, type JWTPayload } from 'jose';
import { createTokenVerifier, type TokenVerifierOptions } from '../auth/token-verifier.ts';
import type { TokenVerifier } from '../http/authorize.ts';

/** What a token says. Everything but the user has a usual value. */
export interface TestToken {
  readonly userId: string;
  /** None unless given. */
  readonly role?: string | readonly string[];
  readonly audience?: string;
  /** One hour unless given; five minutes for a service, for which more is refused. */
  readonly expiresInSeconds?: number;
}

/** An issuer in memory, for tests: real RS256 keys, real tokens. */
export interface TestIssuer {
  readonly issuer: string;
  readonly keys: () => JSONWebKeySet;
  token(token: TestToken): Promise<string>;
  /** Signs any payload under any header, for tokens that are wrong in one way. */
  sign(payload: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
  verifier(overrides?: Partial<TokenVerifierOptions>): TokenVerifier;
}

const ISSUER = 'http://issuer.test';
const KEY_ID = 'test-key';
const LIMITS = { verifiedTokens: 1_000, idChars: 128 };

interface KeyMaterial {
  readonly privateKey: KeyObject;
  readonly document: JSONWebKeySet;
}

export async function createTestIssuer(clock: Clock): Promise<TestIssuer> {
  // Making a key takes longer than most tests do, and many of them need none.
  let made: KeyMaterial | undefined;
  const material = (): KeyMaterial => (made ??= makeKey());
  const keys = (): JSONWebKeySet => material().document;
  const sign = (payload: JWTPayload, header: Readonly<Record<string, unknown>> = {}): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID, ...header }).sign(material().privateKey);
  return {
    issuer: ISSUER,
    keys,
    sign,
    token({ userId, role, audience, expiresInSeconds = isService(role) ? 300 : 3600 }) {
      const issuedAt = Math.floor(clock.wallMs() / 1000);
      return sign({
        iss: ISSUER,
        sub: userId,
        iat: issuedAt,
        exp: issuedAt + expiresInSeconds,
        ...(role === undefined ? {} : { role }),
        ...(audience === undefined ? {} : { aud: audience }),
      });
    },
    verifier: (overrides) => createTokenVerifier({ issuer: ISSUER, keys, clock, limits: LIMITS, ...overrides }),
  };
}

const isService = (role: TestToken['role'] = []): boolean => [role].flat().some((words) => words.split(' ').includes('service'));

function makeKey(): KeyMaterial {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  return { privateKey, document: { keys: [{ ...jwk, kty: 'RSA', kid: KEY_ID, alg: 'RS256', use: 'sig' }] } };
}
