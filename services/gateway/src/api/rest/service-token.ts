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

/** Whoever tried it in a header is told of the scheme that they tried (RFC 6749, 5.2). */
const ASKS_FOR_BASIC = { 'WWW-Authenticate': 'Basic realm="services", charset="UTF-8"' };
/** A token must not be found in a cache (RFC 6749, 5.1). */
const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' };

/**
 * `POST /oauth2/token`: the client-credentials grant (RFC 6749, 4.4), for the services of this platform. The fields come as a form, as the
 * RFC says, or as JSON; client and secret in a Basic `Authorization` header or among them, not in both (2.3). Refusals have the shape of all
 * of the platform's, with the RFC's statuses and its `WWW-Authenticate` (5.2).
 */
export function serviceTokenRoute(grant: GrantServiceToken): Route {
  return {
    method: 'POST',
    path: '/oauth2/token',
    access: 'anyone',
    summary: 'Get a service credential',
    body: BODY,
    takesForm: true,
    answers: { 200: SIGN_IN_ANSWERS.serviceToken },
    refusals: ['UNAUTHENTICATED', 'INVALID_REQUEST'],
    handle: async ({ body, header }) => {
      const [clientId, clientSecret] = [optionalText(body, 'clientId'), optionalText(body, 'clientSecret')];
      const basic = basicOf(header('authorization'));
      if (basic !== undefined && clientSecret !== undefined) return invalid('clientSecret', 'must not come beside a Basic header');
      if (basic !== undefined && clientId !== undefined && clientId !== basic.clientId) return invalid('clientId', 'is not that of the Basic header');
      const outcome = await grant({ clientId: clientId ?? '', clientSecret: clientSecret ?? '', ...basic, audience: text(body, 'audience') });
      switch (outcome.kind) {
        case 'granted':
          return { status: 200, headers: NOT_KEPT, body: { accessToken: outcome.token, tokenType: 'Bearer', expiresIn: outcome.expiresInSeconds } };
        case 'wrong_client':
          return basic === undefined ? REFUSALS.wrongClient : { ...REFUSALS.wrongClient, headers: ASKS_FOR_BASIC };
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
