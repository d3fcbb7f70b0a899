import { checkLimits, DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createLogger, keepLines, protectionSettings, telemetrySettings, type GrpcServerTls, type PlatformSettings } from '@traffic-tacos/kit';
import { checkPaymentSettings, DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import type { PlatformOptions } from '@traffic-tacos/platform';
import { SettingsRefused } from '../wrong-usage.ts';

/** How long a sign-in lasts: one evening. */
export const TOKEN_TTL_SECONDS = 12 * 3600;
const STANDARD_ERROR = 2;

/** A platform as the settings want it. Throws `SettingsRefused` where they contradict each other. */
export function platformOptions(settings: PlatformSettings, onFailed: PlatformOptions['onFailed']): PlatformOptions {
  const problems = contradictionsIn(settings);
  if (problems.length > 0) throw new SettingsRefused(['The settings contradict each other:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  return {
    dataDir: settings.dataDir,
    bindAddress: settings.bindAddress,
    ports: { gateway: settings.gatewayPort, reservation: settings.reservationPort, inventory: settings.inventoryPort, payment: settings.paymentPort, worker: settings.workerPort },
    limits: limitsOf(settings),
    holdMs: settings.holdMs,
    extensionMaxMs: settings.holdExtensionMaxMs,
    payment: paymentSettings(settings),
    workerConcurrency: settings.workerConcurrency,
    breachPolicy: settings.breachPolicy,
    queue: queueSettings(settings),
    webhooks: { receiverUrl: settings.paymentWebhookUrl, secretsFile: settings.webhookSecretsFile },
    auth: {
      issuerUri: settings.jwtIssuerUri, jwksUri: settings.jwksUri, audience: settings.jwtAudience, rolesClaim: settings.jwtRolesClaim,
      allowUntyped: settings.jwtAllowUntyped, tokenTtlSeconds: TOKEN_TTL_SECONDS,
    },
    http: { idempotencyKeyFormat: settings.idempotencyKeyFormat, connections: settings.httpConnections },
    grpc: grpcOptions(settings),
    protection: protectionSettings(settings),
    logger: createLogger({ service: 'platform', level: settings.logLevel, destination: settings.logFile ?? STANDARD_ERROR, kept: keepLines({ lines: DEFAULT_LIMITS.keptLogLines, chars: DEFAULT_LIMITS.keptLogChars }) }),
    telemetry: telemetrySettings(settings),
    onFailed,
  };
}

/** What is wrong between settings that are right each for itself. */
export function contradictionsIn(settings: PlatformSettings): readonly string[] {
  const limits = limitsOf(settings);
  return [...checkLimits(limits), ...checkPaymentSettings({ ...paymentSettings(settings), limits })];
}

/** The limits of a platform with these settings; whoever reads its journal needs the same ones. */
export const limitsOf = (settings: PlatformSettings) => ({ ...DEFAULT_LIMITS, idempotencyTtlMs: settings.idempotencyTtlMs });

const grpcOptions = (settings: PlatformSettings): PlatformOptions['grpc'] => ({
  ports: { gateway: settings.gatewayGrpcPort, reservation: settings.reservationGrpcPort, inventory: settings.inventoryGrpcPort, payment: settings.paymentGrpcPort, worker: settings.workerGrpcPort },
  settings: {
    auth: settings.grpcAuth,
    trustedNetworks: settings.grpcTrustedNetworks,
    connections: settings.httpConnections,
    tls: tlsOf(settings),
  },
});

/** Certificate and key are given together, as the settings have been checked for. */
function tlsOf(settings: PlatformSettings): GrpcServerTls | undefined {
  const { grpcTlsCertFile: certFile, grpcTlsKeyFile: keyFile, grpcTlsClientCaFile: clientCaFile } = settings;
  if (certFile === undefined || keyFile === undefined) return undefined;
  return clientCaFile === undefined ? { certFile, keyFile } : { certFile, keyFile, clientCaFile };
}

const queueSettings = ({ queuePerSecond, queueMaxActive, queueSeatsFactor }: PlatformSettings) => ({ perSecond: queuePerSecond, maxActive: queueMaxActive, seatsFactor: queueSeatsFactor });

const paymentSettings = (settings: PlatformSettings): PlatformOptions['payment'] => ({
  timings: {
    ...DEFAULT_TIMINGS, approveDelayMs: settings.paymentApproveDelayMs, failDelayMs: settings.paymentFailDelayMs, lateApproveDelayMs: settings.paymentDelayMs, intentTtlMs: settings.paymentIntentTtlMs,
  },
  intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION,
  failedPolicy: settings.paymentFailedPolicy,
  randomSeed: settings.paymentRandomSeed,
});
