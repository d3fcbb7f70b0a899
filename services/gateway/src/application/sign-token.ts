import type { Clock, Random } from '@traffic-tacos/kernel';
import { newId } from '@traffic-tacos/kernel';
import { claimsFor, tokenRequestProblems, type Issuer, type TokenRequest } from '../domain/claims.ts';
import type { TokenSigner } from '../ports/token-signer.ts';

export interface SignTokenDeps {
  readonly signer: TokenSigner;
  readonly issuer: Issuer;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Must be unguessable: it names the token. */
  readonly random: Random;
}

export type SignTokenOutcome =
  | { readonly kind: 'signed'; readonly token: string; readonly expiresInSeconds: number }
  | { readonly kind: 'bad_request'; readonly problems: readonly string[] };

export type SignToken = (request: TokenRequest) => Promise<SignTokenOutcome>;

/**
 * Signs an access token for a user named by the caller. It stands behind sign-in and behind the operator's command line, which has
 * the key file; no route may pass on a name that a client sent.
 */
export function createSignToken({ signer, issuer, clock, random }: SignTokenDeps): SignToken {
  return async (request) => {
    const problems = tokenRequestProblems(request);
    if (problems.length > 0) return { kind: 'bad_request', problems };
    const wallMs = clock.wallMs();
    const claims = claimsFor(request, issuer, wallMs, newId('tok', wallMs, 0, random));
    return { kind: 'signed', token: await signer.sign(claims), expiresInSeconds: request.ttlSeconds };
  };
}
