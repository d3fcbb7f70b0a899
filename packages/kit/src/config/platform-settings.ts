import { durationMs } from '@traffic-tacos/kernel';
import { LOG_LEVELS } from '../logging/logger.ts';
import { GRPC_PORT_SETTINGS } from './grpc-settings.ts';
import { parseSettings, setting, type Environment, type ParsedSettings, type SettingsOf, type SettingsSchema } from './parse-settings.ts';
import { PROTECTION_SETTINGS } from './protection-settings.ts';
import { duration, flag, fraction, httpUrl, integer, oneOf, optional, port, text } from './setting-types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const restPort = (service: string, name: string, standard: number) =>
  setting({ name, type: port(), default: standard, description: `REST port of ${service}.` });

/** Every setting of the platform. Durations are in ms, whatever unit their name counts in. */
export const PLATFORM_SETTINGS = {
  dataDir: setting({
    name: 'TACOS_DATA_DIR',
    type: text(),
    default: './data',
    description: 'Directory of the journal, keys and history. One process owns it.',
  }),
  bindAddress: setting({
    name: 'BIND_ADDRESS',
    type: text({ maxChars: 255, pattern: /^[A-Za-z0-9.:_-]+$/, meaning: 'an IP address or a host name' }),
    default: '127.0.0.1',
    description: 'Address that all ports listen on. 0.0.0.0 opens them to the network.',
  }),
  env: setting({
    name: 'TACOS_ENV',
    type: text({ maxChars: 40, pattern: /^[a-z0-9][a-z0-9-]*$/, meaning: 'small letters, digits and hyphens' }),
    default: 'traffic-tacos',
    description: 'First part of the names of tables, buses and queues on AWS. Nothing that runs on this machine alone has such names.',
  }),
  profile: setting({
    name: 'TACOS_PROFILE',
    aliases: ['SPRING_PROFILES_ACTIVE'],
    type: oneOf('local', 'dev', 'prod'),
    default: 'local',
    description: 'Chooses presets for settings that are not given: dev logs at debug. It never chooses other code.',
  }),

  gatewayPort: restPort('the gateway', 'GATEWAY_PORT', 8000),
  reservationPort: restPort('the reservation service', 'RESERVATION_PORT', 8010),
  inventoryPort: restPort('the inventory', 'INVENTORY_PORT', 8020),
  paymentPort: restPort('the payment simulator', 'PAYMENT_PORT', 8030),
  workerPort: restPort('the worker', 'WORKER_PORT', 8040),

  ...GRPC_PORT_SETTINGS,

  holdMs: setting({
    name: 'HOLD_SECONDS',
    type: duration({ unit: 's', minMs: 1_000, maxMs: DAY_MS }),
    default: durationMs(MINUTE_MS),
    description: 'How long a seat is held for its buyer.',
  }),
  holdExtensionMaxMs: setting({
    name: 'HOLD_EXTENSION_MAX_SECONDS',
    type: duration({ unit: 's', minMs: 0, maxMs: DAY_MS }),
    default: durationMs(MINUTE_MS),
    description: 'By how much a hold may be extended, once.',
  }),
  idempotencyTtlMs: setting({
    name: 'IDEMPOTENCY_TTL_SECONDS',
    type: duration({ unit: 's', minMs: 1_000, maxMs: DAY_MS }),
    default: durationMs(5 * MINUTE_MS),
    description: 'How long an idempotency key is remembered. The limit of live keys must hold a second\'s creates times this.',
  }),
  idempotencyKeyFormat: setting({
    name: 'IDEMPOTENCY_KEY_FORMAT',
    type: oneOf('opaque', 'uuid'),
    default: 'opaque',
    description: 'opaque takes any key, uuid only UUIDs.',
  }),

  jwtIssuerUri: setting({
    name: 'JWT_ISSUER_URI',
    aliases: ['SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI'],
    type: optional(httpUrl(), 'the platform\'s own issuer'),
    default: undefined,
    description: 'Whose tokens are believed. Keys are found through its OIDC discovery.',
  }),
  jwksUri: setting({
    name: 'JWKS_URI',
    type: optional(httpUrl(), 'from discovery'),
    default: undefined,
    description: 'Where the issuer\'s keys are, in place of discovery. Alone, tokens of any issuer with these keys are believed.',
  }),
  jwtAudience: setting({
    name: 'JWT_AUDIENCE',
    type: optional(text({ maxChars: 255 }), 'not checked'),
    default: undefined,
    description: 'The audience that tokens must be for.',
  }),
  jwtRolesClaim: setting({
    name: 'JWT_ROLES_CLAIM',
    type: text({ maxChars: 255 }),
    default: 'role',
    description: 'Claim with the roles; a dot leads into an object (realm_access.roles).',
  }),
  jwtAllowUntyped: setting({
    name: 'JWT_ALLOW_UNTYPED',
    type: flag(),
    default: false,
    description: 'Believe tokens whose header has no typ. Some issuers leave it out.',
  }),

  paymentApproveDelayMs: setting({
    name: 'PAYMENT_APPROVE_DELAY_MS',
    type: duration({ unit: 'ms', minMs: 0, maxMs: HOUR_MS }),
    default: durationMs(200),
    description: 'After which time the scenario APPROVE approves.',
  }),
  paymentDelayMs: setting({
    name: 'PAYMENT_DELAY_MS',
    type: duration({ unit: 'ms', minMs: 0, maxMs: HOUR_MS }),
    default: durationMs(3_000),
    description: 'After which time the scenario DELAY approves.',
  }),
  paymentFailDelayMs: setting({
    name: 'PAYMENT_FAIL_DELAY_MS',
    type: duration({ unit: 'ms', minMs: 0, maxMs: HOUR_MS }),
    default: durationMs(100),
    description: 'After which time the scenario FAIL fails.',
  }),
  paymentRandomSeed: setting({
    name: 'PAYMENT_RANDOM_SEED',
    type: optional(integer({ min: 0, max: 4_294_967_295 }), 'another draw in every run'),
    default: undefined,
    description: 'What the scenario RANDOM draws from: with the same seed, the same payments are approved in the order of their creation.',
  }),
  paymentWebhookUrl: setting({
    name: 'PAYMENT_WEBHOOK_URL',
    type: optional(httpUrl(), 'the gateway of this platform'),
    default: undefined,
    description: 'Where the results of payments are posted that name no receiver of their own. It may be an internal address: this is the operator\'s word.',
  }),
  webhookSecretsFile: setting({
    name: 'WEBHOOK_SECRETS_FILE',
    type: optional(text(), 'keys/webhook-secrets.json in the data directory'),
    default: undefined,
    description: 'File of the secrets that webhooks are signed with, readable for its owner only. Services that run alone send and take webhooks only where it is given, the same one to payment and gateway.',
  }),
  paymentIntentTtlMs: setting({
    name: 'PAYMENT_INTENT_TTL_SECONDS',
    type: duration({ unit: 's', minMs: 1_000, maxMs: DAY_MS }),
    default: durationMs(15 * MINUTE_MS),
    description: 'How long a payment intent may wait for its result.',
  }),
  paymentFailedPolicy: setting({
    name: 'PAYMENT_FAILED_POLICY',
    type: oneOf('keep', 'release'),
    default: 'keep',
    description: 'After a failed payment: keep the hold until it ends, or release it at once.',
  }),
  breachPolicy: setting({
    name: 'BREACH_POLICY',
    type: oneOf('stop', 'alarm'),
    default: 'stop',
    description: 'When records contradict each other in a way that only a fault can have made: answer 503 and end the process, or tell of it and go on, on the word of a person who has looked.',
  }),

  queuePerSecond: setting({
    name: 'QUEUE_ADMISSION_PER_SECOND',
    type: integer({ min: 1, max: 1_000_000 }),
    default: 100,
    description: 'People whom a waiting room lets in a second. An event may say otherwise.',
  }),
  queueMaxActive: setting({
    name: 'QUEUE_MAX_ACTIVE',
    type: integer({ min: 1, max: 10_000_000 }),
    default: 5_000,
    description: 'People who may be inside at once: called, with a reservation token, or with a hold made with one. An event may say otherwise.',
  }),
  queueSeatsFactor: setting({
    name: 'QUEUE_SEATS_FACTOR',
    type: integer({ min: 1, max: 1_000 }),
    default: 5,
    description: 'People who may be called or have a reservation token for each free seat.',
  }),
  queueKeysFile: setting({
    name: 'QUEUE_KEYS_FILE',
    type: optional(text(), 'keys/queue-keys.json in the data directory'),
    default: undefined,
    description: 'File of the keys that waiting rooms sign their tokens with, readable for its owner only. A reservation service that runs alone takes reservation tokens only where it is given, the same one as to the gateway.',
  }),

  workerConcurrency: setting({
    name: 'WORKER_CONCURRENCY',
    type: integer({ min: 1, max: 1_000 }),
    default: 20,
    description: 'Messages that the worker works on at one time, and calls beside them.',
  }),

  logLevel: setting({
    name: 'LOG_LEVEL',
    type: oneOf(...LOG_LEVELS),
    default: 'info',
    description: 'The least important lines that are written.',
  }),
  logFile: setting({
    name: 'LOG_FILE',
    type: optional(text(), 'standard error'),
    default: undefined,
    description: 'File that log lines go to; a new one is for its owner alone. On SIGHUP it is opened anew, for whoever rotates it. Where it is not set and tacos up is started at a terminal, they go to platform.log in TACOS_DATA_DIR.',
  }),
  otlpEndpoint: setting({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    type: optional(httpUrl(), 'nothing is exported'),
    default: undefined,
    description: 'Collector that spans and metrics are sent to, by OTLP over HTTP with JSON (port 4318): /v1/traces and /v1/metrics are put behind it.',
  }),
  otlpMetricsUrl: setting({
    name: 'OTLP_ENDPOINT',
    type: optional(httpUrl(), 'that of OTEL_EXPORTER_OTLP_ENDPOINT'),
    default: undefined,
    description: 'Full URL that metrics are sent to, in place of the one made from OTEL_EXPORTER_OTLP_ENDPOINT.',
  }),
  traceSampling: setting({
    name: 'TRACE_SAMPLING',
    aliases: ['MANAGEMENT_TRACING_SAMPLING_PROBABILITY'],
    type: fraction(),
    default: 0.1,
    description: 'Part of the requests whose spans are exported. Those about reservations always are, and those whose caller records its own.',
  }),
  ...PROTECTION_SETTINGS,
  httpConnections: setting({
    name: 'HTTP_CONNECTIONS',
    type: integer({ min: 1, max: 1_000_000 }),
    default: 20_000,
    description: 'Open connections of one port; more are closed at once. The process needs as many file descriptors.',
  }),
} as const satisfies SettingsSchema;

export type PlatformSettings = SettingsOf<typeof PLATFORM_SETTINGS>;

/** Services that can run alone, and the settings that are their ports. */
const PORTS = {
  gateway: { rest: 'gatewayPort', grpc: 'gatewayGrpcPort' },
  reservation: { rest: 'reservationPort', grpc: 'reservationGrpcPort' },
  inventory: { rest: 'inventoryPort', grpc: 'inventoryGrpcPort' },
  payment: { rest: 'paymentPort', grpc: 'paymentGrpcPort' },
  worker: { rest: 'workerPort', grpc: 'workerGrpcPort' },
} as const satisfies Readonly<Record<string, { readonly rest: PortKey; readonly grpc?: PortKey }>>;

type PortKey = Extract<keyof typeof PLATFORM_SETTINGS, `${string}Port`>;

export type ServiceName = keyof typeof PORTS;

/** What each profile presets, by setting name. */
const PROFILES: Readonly<Record<PlatformSettings['profile'], Environment>> = {
  local: {},
  dev: { LOG_LEVEL: 'debug' },
  prod: {},
};

/** Reads the platform's settings. `alone`: the one service that runs in this process, whose ports `SERVER_PORT` and `GRPC_SERVER_PORT` name too. */
export function parsePlatformSettings(env: Environment, alone?: ServiceName): ParsedSettings<typeof PLATFORM_SETTINGS> {
  const profile = parseSettings({ profile: PLATFORM_SETTINGS.profile }, env);
  const presets = profile.kind === 'parsed' ? PROFILES[profile.settings.profile] : {};
  const parsed = parseSettings(alone === undefined ? PLATFORM_SETTINGS : aloneSchema(alone), env, presets);
  if (parsed.kind === 'refused') return parsed;
  const problems = problemsBetween(parsed.settings);
  return problems.length === 0 ? parsed : { kind: 'refused', problems };
}

function aloneSchema(service: ServiceName): typeof PLATFORM_SETTINGS {
  const { rest, grpc }: { readonly rest: PortKey; readonly grpc?: PortKey } = PORTS[service];
  const withRest = { ...PLATFORM_SETTINGS, [rest]: { ...PLATFORM_SETTINGS[rest], aliases: ['SERVER_PORT'] } };
  return grpc === undefined ? withRest : { ...withRest, [grpc]: { ...PLATFORM_SETTINGS[grpc], aliases: ['GRPC_SERVER_PORT'] } };
}

/** What is wrong between settings that are right each for itself. */
function problemsBetween(settings: PlatformSettings): readonly string[] {
  return [...portProblems(settings), ...tlsProblems(settings)];
}

function portProblems(settings: PlatformSettings): readonly string[] {
  const takenBy = new Map<number, string>();
  const problems: string[] = [];
  for (const key of Object.values(PORTS).flatMap((ports): readonly PortKey[] => Object.values(ports))) {
    const { name } = PLATFORM_SETTINGS[key];
    const other = takenBy.get(settings[key]);
    if (settings[key] !== 0 && other !== undefined) problems.push(`${other} and ${name} are both ${settings[key]}`);
    takenBy.set(settings[key], name);
  }
  return problems;
}

/** A port that somebody meant to be encrypted must never open in plaintext. */
function tlsProblems(settings: PlatformSettings): readonly string[] {
  const { grpcTlsCertFile, grpcTlsKeyFile, grpcTlsClientCaFile, grpcClientCertFile, grpcClientKeyFile } = settings;
  if ((grpcClientCertFile === undefined) !== (grpcClientKeyFile === undefined)) return ['GRPC_CLIENT_CERT_FILE and GRPC_CLIENT_KEY_FILE are needed together'];
  if ((grpcTlsCertFile === undefined) !== (grpcTlsKeyFile === undefined)) return ['GRPC_TLS_CERT_FILE and GRPC_TLS_KEY_FILE are needed together'];
  const isLonely = grpcTlsClientCaFile !== undefined && grpcTlsCertFile === undefined;
  return isLonely ? ['GRPC_TLS_CLIENT_CA_FILE needs GRPC_TLS_CERT_FILE and GRPC_TLS_KEY_FILE'] : [];
}
