import { checkLimits, DEFAULT_LIMITS, type DurationMs, type Limits } from '@traffic-tacos/kernel';
import { createLogger, keepLines, protectionSettings, telemetrySettings, type GrpcChannelSettings, type GrpcClientTls, type GrpcServerTls, type GrpcSettings, type HttpSettings, type Logger, type PlatformSettings, type ProtectionSettings, type TelemetrySettings } from '@traffic-tacos/kit';
import { checkPaymentSettings, DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS, type PaymentSettings } from '@traffic-tacos/payment';
import type { Internet, QueueOptions, ServiceName } from '@traffic-tacos/platform';

/** How long a sign-in lasts: one evening. */
const TOKEN_TTL_SECONDS = 12 * 3600;
const STANDARD_ERROR = 2;
/** How long the gateway waits for a service behind it. */
const GATEWAY_TIMEOUT_MS = 600;

/** Everything about a service in a process of its own that somebody may set. */
export interface ServiceOptions {
  readonly name: ServiceName;
  /** This service's own. One process owns it at a time. */
  readonly dataDir: string;
  readonly bindAddress: string;
  readonly restPort: number;
  readonly grpcPort: number;
  readonly limits: Limits;
  readonly holdMs: DurationMs;
  readonly extensionMaxMs: DurationMs;
  /** Where records of this process contradict each other in a way that only a fault can have made: whether it ends, or goes on. */
  readonly breachPolicy: 'stop' | 'alarm';
  /** Messages that the worker works on at one time. */
  readonly workerConcurrency: number;
  readonly payment: PaymentSettings & { readonly failedPolicy: 'keep' | 'release'; readonly randomSeed: number | undefined };
  /** Undefined without a file of secrets that payment and gateway share: then no webhooks are sent or taken. */
  readonly webhooks: { readonly secretsFile: string; readonly receiverUrl: string | undefined; readonly internet?: Internet | undefined } | undefined;
  /** The file of the keys of the waiting rooms' tokens. Undefined: the gateway has one of its own, and the reservation service takes no token. */
  readonly queueKeysFile: string | undefined;
  /** Whom waiting rooms let in where an event says nothing. */
  readonly queue: QueueOptions;
  readonly auth: {
    /** Who gives service credentials. */
    readonly issuerUrl: string;
    /** Whose tokens are believed; undefined: those of any issuer with the keys of `jwksUri`. */
    readonly believedIssuer: string | undefined;
    /** Whether that is the gateway. */
    readonly isOwnIssuer: boolean;
    readonly jwksUri: string | undefined;
    readonly audience: string | undefined;
    readonly rolesClaim: string;
    readonly allowUntyped: boolean;
    readonly tokenTtlSeconds: number;
  };
  readonly http: Partial<HttpSettings>;
  readonly protection: ProtectionSettings;
  readonly grpc: Partial<GrpcSettings>;
  /** Where the others' gRPC ports are. */
  readonly peers: Readonly<Record<ServiceName, string>>;
  /** Where the REST ports of all are, as operators' commands find them. */
  readonly restAddresses: Readonly<Record<ServiceName, string>>;
  readonly channels: { readonly inventoryTimeoutMs: number; readonly gatewayTimeoutMs: number; readonly settings: Partial<GrpcChannelSettings> };
  readonly client: { readonly id: string; readonly secretFile: string | undefined };
  /** For the gateway: the services that may ask for credentials. */
  readonly clientsFile: string | undefined;
  readonly logger: Logger;
  /** Where spans and metrics are sent. */
  readonly telemetry: TelemetrySettings;
  /** Called once when memory and disk may have parted: the process must end within 5 s, with a code that is not 0. */
  readonly onFailed: (cause: Error) => void;
}

export type OptionsOutcome = { readonly kind: 'options'; readonly options: ServiceOptions } | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** A service alone as the settings want it, or everything that is wrong between them. */
export function serviceOptions(name: ServiceName, settings: PlatformSettings, onFailed: ServiceOptions['onFailed']): OptionsOutcome {
  const limits = { ...DEFAULT_LIMITS, idempotencyTtlMs: settings.idempotencyTtlMs };
  const payment = paymentSettings(settings, limits);
  const problems = [...checkLimits(limits), ...checkPaymentSettings(payment), ...credentialProblems(name, settings)];
  if (problems.length > 0) return { kind: 'refused', problems };
  const options: ServiceOptions = {
    name,
    dataDir: settings.dataDir,
    bindAddress: settings.bindAddress,
    restPort: restPorts(settings)[name],
    grpcPort: grpcPorts(settings)[name],
    limits,
    holdMs: settings.holdMs,
    extensionMaxMs: settings.holdExtensionMaxMs,
    breachPolicy: settings.breachPolicy,
    workerConcurrency: settings.workerConcurrency,
    payment,
    webhooks: settings.webhookSecretsFile === undefined ? undefined : { secretsFile: settings.webhookSecretsFile, receiverUrl: settings.paymentWebhookUrl },
    queueKeysFile: settings.queueKeysFile,
    queue: { perSecond: settings.queuePerSecond, maxActive: settings.queueMaxActive, seatsFactor: settings.queueSeatsFactor },
    auth: authOf(settings),
    http: { idempotencyKeyFormat: settings.idempotencyKeyFormat, connections: settings.httpConnections },
    protection: protectionSettings(settings),
    grpc: { auth: settings.grpcAuth, trustedNetworks: settings.grpcTrustedNetworks, connections: settings.httpConnections, idempotencyKeyFormat: settings.idempotencyKeyFormat, tls: serverTls(settings) },
    ...addressesOf(settings),
    channels: channelsOf(settings),
    client: { id: settings.serviceClientId ?? name, secretFile: settings.serviceClientSecretFile },
    clientsFile: settings.serviceClientsFile,
    logger: createLogger({ service: name, level: settings.logLevel, destination: settings.logFile ?? STANDARD_ERROR, kept: keepLines({ lines: limits.keptLogLines, chars: limits.keptLogChars }) }),
    telemetry: telemetrySettings(settings),
    onFailed,
  };
  return { kind: 'options', options };
}

const CALLERS: readonly ServiceName[] = ['reservation', 'payment', 'gateway', 'worker'];

/** A service that calls others needs a credential from the first call on, unless all of them let it in by where it comes from. */
function credentialProblems(name: ServiceName, settings: PlatformSettings): readonly string[] {
  const { serviceClientSecretFile, grpcAuth, jwtIssuerUri, jwksUri } = settings;
  if (grpcAuth === 'network') return [];
  if (jwksUri !== undefined && jwtIssuerUri === undefined) {
    return ['JWKS_URI is set without JWT_ISSUER_URI: services get their credentials from the issuer, so it must be named beside its keys (or GRPC_AUTH=network demands none)'];
  }
  const isIssuer = name === 'gateway' && isOwnIssuer(settings);
  if (!CALLERS.includes(name) || isIssuer || serviceClientSecretFile !== undefined) return [];
  return [`SERVICE_CLIENT_SECRET_FILE is not set: ${name} calls other services, which want its credential (tacos up --separate makes one)`];
}

/** Whether the gateway signs the tokens that are believed. Everything else about the issuer follows from it. */
const isOwnIssuer = ({ jwtIssuerUri, jwksUri }: PlatformSettings): boolean => jwtIssuerUri === undefined && jwksUri === undefined;

const restPorts = (settings: PlatformSettings): Readonly<Record<ServiceName, number>> => ({
  gateway: settings.gatewayPort, reservation: settings.reservationPort, inventory: settings.inventoryPort, payment: settings.paymentPort, worker: settings.workerPort,
});

const grpcPorts = (settings: PlatformSettings): Readonly<Record<ServiceName, number>> => ({
  gateway: settings.gatewayGrpcPort,
  reservation: settings.reservationGrpcPort, inventory: settings.inventoryGrpcPort, payment: settings.paymentGrpcPort, worker: settings.workerGrpcPort,
});

/** What no setting says is on this machine, at the usual ports. */
function addressesOf(settings: PlatformSettings): Pick<ServiceOptions, 'peers' | 'restAddresses'> {
  const { gateway, inventory, reservation, payment, worker } = grpcPorts(settings);
  const rest = restPorts(settings);
  const here = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    peers: {
      inventory: settings.inventoryGrpcAddress ?? `127.0.0.1:${inventory}`,
      reservation: settings.reservationGrpcAddress ?? `127.0.0.1:${reservation}`,
      payment: settings.paymentGrpcAddress ?? `127.0.0.1:${payment}`,
      gateway: settings.gatewayGrpcAddress ?? `127.0.0.1:${gateway}`,
      worker: settings.workerGrpcAddress ?? `127.0.0.1:${worker}`,
    },
    restAddresses: { gateway: here(rest.gateway), reservation: here(rest.reservation), inventory: here(rest.inventory), payment: here(rest.payment), worker: here(rest.worker) },
  };
}

function authOf(settings: PlatformSettings): ServiceOptions['auth'] {
  const { jwtIssuerUri, jwksUri, jwtAudience: audience, jwtAllowUntyped: allowUntyped, gatewayPort } = settings;
  const gateway = `http://127.0.0.1:${gatewayPort}`;
  const both = { jwksUri, audience, allowUntyped, tokenTtlSeconds: TOKEN_TTL_SECONDS };
  if (isOwnIssuer(settings)) return { ...both, isOwnIssuer: true, issuerUrl: gateway, believedIssuer: gateway, rolesClaim: 'role' };
  return { ...both, isOwnIssuer: false, issuerUrl: jwtIssuerUri ?? gateway, believedIssuer: jwtIssuerUri, rolesClaim: settings.jwtRolesClaim };
}

const paymentSettings = (settings: PlatformSettings, limits: Limits): ServiceOptions['payment'] => ({
  timings: {
    ...DEFAULT_TIMINGS, approveDelayMs: settings.paymentApproveDelayMs, failDelayMs: settings.paymentFailDelayMs, lateApproveDelayMs: settings.paymentDelayMs, intentTtlMs: settings.paymentIntentTtlMs,
  },
  limits,
  intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION,
  failedPolicy: settings.paymentFailedPolicy,
  randomSeed: settings.paymentRandomSeed,
});

/** Certificate and key are given together, as the settings have been checked for. */
function serverTls({ grpcTlsCertFile: certFile, grpcTlsKeyFile: keyFile, grpcTlsClientCaFile: clientCaFile }: PlatformSettings): GrpcServerTls | undefined {
  if (certFile === undefined || keyFile === undefined) return undefined;
  return clientCaFile === undefined ? { certFile, keyFile } : { certFile, keyFile, clientCaFile };
}

const channelsOf = (settings: PlatformSettings): ServiceOptions['channels'] => ({
  inventoryTimeoutMs: settings.inventoryTimeoutMs,
  gatewayTimeoutMs: GATEWAY_TIMEOUT_MS,
  settings: {
    breaker: { failureRatio: settings.breakerFailureRate / 100, openMs: settings.breakerOpenMs, windowMs: 10_000, leastCalls: 20, trials: 3 },
    tls: clientTls(settings),
  },
});

function clientTls({ grpcClientTls, grpcClientCaFile: caFile, grpcClientCertFile: certFile, grpcClientKeyFile: keyFile }: PlatformSettings): GrpcClientTls | undefined {
  if (!grpcClientTls && caFile === undefined && certFile === undefined) return undefined;
  return { ...(caFile === undefined ? {} : { caFile }), ...(certFile === undefined ? {} : { certFile }), ...(keyFile === undefined ? {} : { keyFile }) };
}
