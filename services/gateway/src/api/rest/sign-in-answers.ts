import { count, listOf, optional, shape, text, word, type RouteAnswer } from '@traffic-tacos/kit';

/** The shapes of answers about accounts, tokens and keys. */
const SESSION = shape('Session', {
  token: text(undefined, 'For `Authorization: Bearer`.'),
  userId: text('usr_01KAX7Q5ZC3F9D2M8T4V6W0YBE'),
  username: text('alice'),
  displayName: text('Alice'),
  role: word('user', 'organizer', 'admin'),
  expiresIn: count('Seconds until the token ends.'),
});

const SERVICE_TOKEN = shape('ServiceToken', { accessToken: text(), tokenType: word('Bearer'), expiresIn: count('Seconds until the token ends.') });

const URL_TEXT = text('http://127.0.0.1:8000');

/** OpenID Connect Discovery 1.0, 3. */
const ISSUER = shape('Issuer', {
  issuer: URL_TEXT,
  jwksUri: URL_TEXT,
  tokenEndpoint: URL_TEXT,
  tokenEndpointAuthMethodsSupported: listOf(text()),
  responseTypesSupported: listOf(text()),
  grantTypesSupported: listOf(text()),
  subjectTypesSupported: listOf(text()),
  idTokenSigningAlgValuesSupported: listOf(text()),
  claimsSupported: listOf(text()),
});

/** RFC 7517. */
const KEY = shape('PublicKey', {
  kty: word('RSA', 'OKP'), n: optional(text()), e: optional(text('AQAB')), crv: optional(word('Ed25519')), x: optional(text()), kid: text(), use: word('sig'), alg: word('RS256', 'EdDSA'),
});

const CACHED = { 'Cache-Control': 'May be kept for five minutes.' };

/** What each route about signing in grants. */
export const SIGN_IN_ANSWERS = {
  registered: { description: 'There is an account, and it is signed in.', body: SESSION },
  signedIn: { description: 'Signed in.', body: SESSION },
  serviceToken: { description: 'A credential for the service that was named.', body: SERVICE_TOKEN, headers: { 'Cache-Control': 'Never kept.' } },
  issuer: { description: 'The issuer.', body: ISSUER, headers: CACHED },
  keys: { description: 'The keys.', body: shape('PublicKeys', { keys: listOf(KEY) }), headers: CACHED },
} as const satisfies Readonly<Record<string, RouteAnswer>>;
