import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Claims } from '../domain/claims.ts';
import type { TokenSigner } from './token-signer.ts';

const CLAIMS: Claims = {
  iss: 'https://tickets.example',
  sub: 'u123',
  aud: 'tickets',
  iat: 1_700_000_000,
  exp: 1_700_000_600,
  jti: 'tok_1',
  role: 'organizer',
};

/** What every `TokenSigner` must do, judged as an outside party would: with the public keys alone. */
export function tokenSignerSuite(adapter: string, open: () => Promise<TokenSigner>): void {
  describe(`${adapter} as a token signer`, () => {
    it('signs exactly the claims, so that the public keys verify them', async () => {
      const signer = await open();
      const { payload } = await verifyOutside(signer, await signer.sign(CLAIMS));
      assert.deepEqual(payload, CLAIMS);
    });

    it('names the newest key and RS256 in the header', async () => {
      const signer = await open();
      const header = decodeProtectedHeader(await signer.sign(CLAIMS));
      assert.deepEqual(header, { alg: 'RS256', typ: 'JWT', kid: signer.publicKeys[0]?.kid });
    });

    it('publishes no private part of any key', async () => {
      const signer = await open();
      for (const key of signer.publicKeys) assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    });
  });
}

function verifyOutside(signer: TokenSigner, token: string): ReturnType<typeof jwtVerify> {
  const keys = createLocalJWKSet({ keys: signer.publicKeys.map((key) => ({ ...key })) });
  return jwtVerify(token, keys, {
    issuer: 'https://tickets.example',
    audience: 'tickets',
    algorithms: ['RS256'],
    currentDate: new Date(1_700_000_300_000),
  });
}
