import { durationMs } from '@traffic-tacos/kernel';
import { setting, type SettingsSchema } from './parse-settings.ts';
import { duration, flag, integer, listOf, network, oneOf, origin } from './setting-types.ts';

const MOST_PER_SECOND = 1_000_000;

/** What keeps the many from one another, and pages of strangers from users. */
export const PROTECTION_SETTINGS = {
  rateLimitEnabled: setting({
    name: 'RATE_LIMIT_ENABLED',
    type: flag(),
    default: true,
    description: 'Whether callers who ask too much are told 429 RATE_LIMITED. A caller is the user whom a token names, else the address.',
  }),
  rateLimitPerSecond: setting({
    name: 'RATE_LIMIT_RPS',
    type: integer({ min: 1, max: MOST_PER_SECOND }),
    default: 50,
    description: 'Requests a second that each caller may go on making.',
  }),
  rateLimitBurst: setting({
    name: 'RATE_LIMIT_BURST',
    type: integer({ min: 1, max: MOST_PER_SECOND }),
    default: 100,
    description: 'Requests that a caller who has rested may make at once.',
  }),
  rateLimitScope: setting({
    name: 'RATE_LIMIT_SCOPE',
    type: oneOf('edge', 'all'),
    default: 'edge',
    description: 'edge limits the gateway, all the reservation service as well.',
  }),
  joinChallengeBits: setting({
    name: 'JOIN_CHALLENGE_BITS',
    type: integer({ min: 0, max: 24 }),
    default: 0,
    description: 'Work that who is not signed in has to show before joining a waiting room: leading zero bits of a hash at the usual load, one more with each doubling. 0 demands none.',
  }),
  corsAllowOrigins: setting({
    name: 'CORS_ALLOW_ORIGINS',
    type: listOf(origin()),
    default: [],
    description: 'Other origins whose pages may call the gateway. Without any, only its own.',
  }),
  securityHeaders: setting({
    name: 'SECURITY_HEADERS',
    type: flag(),
    default: true,
    description: 'Whether answers of the gateway tell browsers how safe to be with them. False where a proxy in front says it.',
  }),
  hstsSeconds: setting({
    name: 'HSTS_SECONDS',
    type: integer({ min: 0, max: 63_072_000 }),
    default: 0,
    description: 'For how long browsers are told to come by HTTPS only (Strict-Transport-Security). 0 tells them nothing: for behind a proxy that ends TLS.',
  }),
  shedAfterMs: setting({
    name: 'SHED_AFTER_MS',
    type: duration({ unit: 'ms', minMs: 0, maxMs: 60_000 }),
    default: durationMs(1_000),
    description: 'Requests that are expected to wait longer than that are sent away with 503 and Retry-After before any work is done for them. 0 sends nobody away.',
  }),
  trustedProxies: setting({
    name: 'TRUSTED_PROXIES',
    type: listOf(network()),
    default: [],
    description: 'Proxies whose X-Forwarded-For is believed: the address of a client is the rightmost in it that is none of them.',
  }),
} as const satisfies SettingsSchema;
