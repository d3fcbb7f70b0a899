import { createPrivateKey, createPublicKey, generateKeyPair, sign, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { PublicKey } from '../../ports/token-signer.ts';

/** One RSA key pair of the issuer. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

/** Newest first: the first signs, all verify. There is always one. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

/** What RS256 demands at least (RFC 7518, 3.3), and what is made. */
const MODULUS_BITS = 2048;
const PROBE = Buffer.from('the two halves of a key fit');

const generate = promisify(generateKeyPair);

/** A new key pair as a private JWK. Takes a tenth of a second or more, on another thread. */
export async function generateSigningJwk(): Promise<JWK> {
  const { privateKey } = await generate('rsa', { modulusLength: MODULUS_BITS, publicExponent: 0x10001 });
  return privateKey.export({ format: 'jwk' });
}

export type ParsedSigningKey =
  | { readonly kind: 'key'; readonly key: SigningKey }
  | { readonly kind: 'not_a_signing_key'; readonly reason: string };

/** Reads a private JWK, and signs with it once: a damaged key must stop the start, not every sign-in. */
export async function parseSigningJwk(jwk: JWK): Promise<ParsedSigningKey> {
  if (jwk.kty !== 'RSA' || jwk.d === undefined) return refuse('is not a private RSA key');
  const privateKey = readPrivateKey(jwk);
  if (privateKey === undefined) return refuse('cannot be read as an RSA key');
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MODULUS_BITS) return refuse(`has ${bits} bits, needs ${MODULUS_BITS}`);
  const publicKey = createPublicKey(privateKey);
  if (!isPair(privateKey, publicKey)) return refuse('signs what its public half does not verify: it is damaged');
  return { kind: 'key', key: { privateKey, publicKey: await describe(publicKey) } };
}

function readPrivateKey(jwk: JWK): KeyObject | undefined {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    // OpenSSL's reasons name its own source lines; "cannot be read" tells the operator as much.
    return undefined;
  }
}

function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  try {
    return verify('sha256', PROBE, publicKey, sign('sha256', PROBE, privateKey));
  } catch {
    // Signing with damaged factors may fail outright, which is the same answer.
    return false;
  }
}

async function describe(key: KeyObject): Promise<PublicKey> {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e });
  return { kty: 'RSA', n, e, kid, use: 'sig', alg: 'RS256' };
}

const refuse = (reason: string): ParsedSigningKey => ({ kind: 'not_a_signing_key', reason });
