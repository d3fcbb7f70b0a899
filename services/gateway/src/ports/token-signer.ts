import type { Claims } from '../domain/claims.ts';

/** A public RSA key as verifiers fetch it (RFC 7517). */
export interface PublicKey {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  /** The key's thumbprint (RFC 7638), so that equal keys have equal names everywhere. */
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'RS256';
}

/** A public Ed25519 key that tickets are verified with (RFC 8037). No token is signed with it. */
export interface TicketKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** Signs claims as a JWT. */
export interface TokenSigner {
  /** A compact JWS, RS256, with the newest key. */
  sign(claims: Claims): Promise<string>;
  /** Every key that a valid token may be signed with, newest first. */
  readonly publicKeys: readonly PublicKey[];
}
