import type { Fields, Route } from '@traffic-tacos/kit';
import type { GrantServiceToken } from '../../application/grant-service-token.ts';
import { SERVICE_AUDIENCES } from '../../domain/claims.ts';
import { invalid, REFUSALS } from '../../errors.ts';
import { SIGN_IN_ANSWERS } from './sign-in-answers.ts';
import { optionalText, text } from './fields.ts';

const TEXT = { schema: { type: 'string', minLength: 1, maxLength: 255 } } as const;

const BODY: Fields = {
  grantType: { schema: { type: 'string', enum: ['client_credentials'] }, required: true },
  clientId: TEXT,
  clientSecret: TEXT,
  audience: { ...TEXT, required: true },
};

/** A token must not be found in a cache (RFC 6749, 5.1). */
const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' };

/**
 * `POST /oauth2/token`: the client-credentials grant, for the services of this platform. The fields are those of RFC 6749 as JSON; client
 * and secret may come in a Basic `Authorization` header instead.
 */
export function serviceTokenRoute(grant: GrantServiceToken): Route {
  return {
    method: 'POST',
    path: '/oauth2/token',
    access: 'anyone',
    summary: 'Get a service credential',
    body: BODY,
    answers: { 200: SIGN_IN_ANSWERS.serviceToken },
    refusals: ['UNAUTHENTICATED', 'INVALID_REQUEST'],
    handle: async ({ body, header }) => {
      const shown = basicOf(header('authorization')) ?? { clientId: optionalText(body, 'clientId') ?? '', clientSecret: optionalText(body, 'clientSecret') ?? '' };
      const outcome = await grant({ ...shown, audience: text(body, 'audience') });
      switch (outcome.kind) {
        case 'granted':
          return { status: 200, headers: NOT_KEPT, body: { accessToken: outcome.token, tokenType: 'Bearer', expiresIn: outcome.expiresInSeconds } };
        case 'wrong_client':
          return REFUSALS.wrongClient;
        case 'unknown_audience':
          return invalid('audience', `must be one of ${SERVICE_AUDIENCES.join(', ')}`);
      }
    },
  };
}

interface ShownClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Both halves are form-encoded before they are put together (RFC 6749, 2.3.1). */
function basicOf(header: string | undefined): ShownClient | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,1024}) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { clientId: formDecoded(decoded.slice(0, colon)), clientSecret: formDecoded(decoded.slice(colon + 1)) };
}

const formDecoded = (text: string): string => new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
