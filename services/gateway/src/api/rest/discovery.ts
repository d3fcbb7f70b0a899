import type { EdgeReply, Route } from '@traffic-tacos/kit';
import type { Issuer } from '../../domain/claims.ts';
import type { PublicKey, TicketKey } from '../../ports/token-signer.ts';
import { SIGN_IN_ANSWERS } from './sign-in-answers.ts';

const JWKS_PATH = '/.well-known/jwks.json';

const TOKEN_PATH = '/oauth2/token';

/** Keys change only with a restart, so verifiers may keep both documents for five minutes. */
const CACHEABLE = { 'cache-control': 'public, max-age=300' };

/**
 * `GET /.well-known/openid-configuration` (OpenID Connect Discovery 1.0, 3). There is no authorization endpoint: people's tokens come
 * from the sign-in routes, and services' from the token endpoint, so the lists of flows are as short as the standard allows.
 */
export function discoveryRoute(issuer: Issuer): Route {
  const reply: EdgeReply = {
    status: 200,
    headers: CACHEABLE,
    body: {
      issuer: issuer.url,
      jwksUri: `${issuer.url}${JWKS_PATH}`,
      tokenEndpoint: `${issuer.url}${TOKEN_PATH}`,
      tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'client_secret_post'],
      responseTypesSupported: ['token'],
      grantTypesSupported: ['client_credentials'],
      subjectTypesSupported: ['public'],
      idTokenSigningAlgValuesSupported: ['RS256'],
      claimsSupported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'role'],
    },
  };
  return { method: 'GET', path: '/.well-known/openid-configuration', access: 'anyone', summary: 'Issuer description', answers: { 200: SIGN_IN_ANSWERS.issuer }, refusals: [], handle: () => reply };
}

/** `GET /.well-known/jwks.json` (RFC 7517). */
export function jwksRoute(publicKeys: readonly (PublicKey | TicketKey)[]): Route {
  const reply: EdgeReply = { status: 200, headers: CACHEABLE, body: { keys: publicKeys } };
  return { method: 'GET', path: JWKS_PATH, access: 'anyone', summary: 'Public keys of the issuer', answers: { 200: SIGN_IN_ANSWERS.keys }, refusals: [], handle: () => reply };
}
