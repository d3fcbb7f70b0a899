import { createHmac, sign, type KeyObject } from 'node:crypto';
import type { SigningKeys } from '@traffic-tacos/gateway';
import type { Sender } from './world.ts';

const HOURS = 3_600 * 12;
/** A service credential may not be valid for longer, so that one which is used for as long as the stage stands is renewed before its end. */
const SERVICE_SECONDS = 300;
const RENEWED_AFTER_SECONDS = 200;

/** Signs credentials of every kind, right ones and wrong ones, with the very key of the platform. */
export interface Tokens {
  person(userId: string, kind: 'user' | 'organizer' | 'admin'): Sender;
  service(audience: string): Sender;
  /** Each is wrong in one way and must never let anybody in. */
  forged(userId: string): readonly [Sender, ...Sender[]];
}

type Claims = Readonly<Record<string, unknown>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** `wallSeconds`: what the wall clock shows. */
export function createTokens([{ privateKey, publicKey }]: SigningKeys, issuer: string, wallSeconds: () => number): Tokens {
  const nowSeconds = wallSeconds();
  const claims = (sub: string, more: Claims = {}): Claims => ({ iss: issuer, sub, iat: nowSeconds, exp: nowSeconds + HOURS, jti: `fuzz-${sub}`, ...more });
  const jwt = (payload: Claims, header: Claims = {}): string => signed(privateKey, { alg: 'RS256', typ: 'JWT', kid: publicKey.kid, ...header }, payload);
  const sender = (kind: Sender['kind'], name: string, userId: string, token: string): Sender => ({ kind, name, userId, authorization: `Bearer ${token}`, audience: undefined });
  return {
    person: (userId, kind) => sender(kind, userId, userId, jwt(claims(userId, { role: kind }))),
    service: (audience) => {
      let [signedAtSeconds, authorization] = [-Infinity, ''];
      const renewed = (): string => {
        const iat = wallSeconds();
        if (iat - signedAtSeconds < RENEWED_AFTER_SECONDS) return authorization;
        signedAtSeconds = iat;
        authorization = `Bearer ${jwt(claims(`client-${audience}`, { role: 'service', aud: audience, iat, exp: iat + SERVICE_SECONDS }))}`;
        return authorization;
      };
      return { kind: 'service', name: `for ${audience}`, userId: `client-${audience}`, audience, get authorization() { return renewed(); } };
    },
    forged: (userId) => {
      const good = claims(userId, { role: 'user' });
      const [head = '', payload = '', signature = ''] = jwt(good).split('.');
      const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`;
      const symmetric = `${encode({ alg: 'HS256', typ: 'JWT', kid: publicKey.kid })}.${payload}`;
      const bad: Readonly<Record<string, string>> = {
        'alg none': unsigned,
        'alg none, with a signature': `${unsigned}${signature}`,
        'HS256 by the public key': `${symmetric}.${createHmac('sha256', publicKey.n).update(symmetric).digest('base64url')}`,
        'unknown kid': jwt(good, { kid: 'x' }).split('.').with(2, signature).join('.'),
        'path in kid': jwt(good, { kid: '../../../../dev/null' }),
        'jku to elsewhere': jwt(good, { kid: 'x', jku: 'http://127.0.0.1:1/jwks' }),
        expired: jwt({ ...good, exp: nowSeconds - 10 }),
        'not yet valid': jwt({ ...good, nbf: nowSeconds + HOURS }),
        'another issuer': jwt({ ...good, iss: 'http://evil.test' }),
        'another type': jwt(good, { typ: 'reservation+jwt' }),
        'no subject': jwt({ ...good, sub: undefined }),
        'long subject': jwt({ ...good, sub: 'x'.repeat(129) }),
        'service for hours': jwt({ ...good, sub: 'client-reservation', role: 'service', aud: ['reservation', 'inventory', 'payment', 'gateway'] }),
        'service for another': jwt({ ...good, sub: 'client-worker', role: 'service', aud: 'worker' }),
        'payload changed': `${head}.${encode({ ...good, role: 'admin' })}.${signature}`,
        'signature cut': `${head}.${payload}.${signature.slice(0, -8)}`,
      };
      const senders = Object.entries(bad).map(([name, token]) => sender('forged', name, userId, token));
      return [sender('forged', 'no token at all', userId, 'x'), ...senders];
    },
  };
}

function signed(key: KeyObject, header: Claims, payload: Claims): string {
  const body = `${encode(header)}.${encode(payload)}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
}
