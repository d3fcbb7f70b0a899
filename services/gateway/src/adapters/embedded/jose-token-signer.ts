import { SignJWT } from 'jose';
import type { Claims } from '../../domain/claims.ts';
import type { PublicKey, TokenSigner } from '../../ports/token-signer.ts';
import type { SigningKey, SigningKeys } from './signing-keys.ts';

/** Signs with the newest of the keys; the signature is computed off the main thread. */
export class JoseTokenSigner implements TokenSigner {
  readonly publicKeys: readonly PublicKey[];
  readonly #newest: SigningKey;

  constructor(keys: SigningKeys) {
    this.#newest = keys[0];
    this.publicKeys = keys.map((key) => key.publicKey);
  }

  sign(claims: Claims): Promise<string> {
    const { kid } = this.#newest.publicKey;
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(this.#newest.privateKey);
  }
}
