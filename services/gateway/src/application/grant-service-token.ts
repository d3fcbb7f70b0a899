import { newId } from '@traffic-tacos/kernel';
import { SERVICE_AUDIENCES, SERVICE_TOKEN_TTL_SECONDS, serviceClaimsFor, type ServiceAudience } from '../domain/claims.ts';
import type { ServiceClients } from '../ports/service-clients.ts';
import type { SignTokenDeps } from './sign-token.ts';

export interface SignedServiceToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export type SignServiceToken = (clientId: string, audience: ServiceAudience) => Promise<SignedServiceToken>;

/** Signs for a service that the caller has authenticated, or is. */
export function createSignServiceToken({ signer, issuer, clock, random }: SignTokenDeps): SignServiceToken {
  return async (clientId, audience) => {
    const wallMs = clock.wallMs();
    const claims = serviceClaimsFor(clientId, audience, issuer, wallMs, newId('tok', wallMs, 0, random));
    return { token: await signer.sign(claims), expiresInSeconds: SERVICE_TOKEN_TTL_SECONDS };
  };
}

export interface ServiceTokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The service that is to be called. */
  readonly audience: string;
}

export type GrantServiceTokenOutcome = ({ readonly kind: 'granted' } & SignedServiceToken) | { readonly kind: 'wrong_client' } | { readonly kind: 'unknown_audience' };

export type GrantServiceToken = (request: ServiceTokenRequest) => Promise<GrantServiceTokenOutcome>;

/** The client-credentials grant (RFC 6749, 4.4): a service shows its secret and gets a credential for calls to one other service. */
export function createGrantServiceToken(clients: ServiceClients, sign: SignServiceToken): GrantServiceToken {
  return async ({ clientId, clientSecret, audience: asked }) => {
    if (clients.authenticate(clientId, clientSecret) === 'unknown') return { kind: 'wrong_client' };
    const audience = SERVICE_AUDIENCES.find((known) => known === asked);
    if (audience === undefined) return { kind: 'unknown_audience' };
    return { kind: 'granted', ...(await sign(clientId, audience)) };
  };
}
