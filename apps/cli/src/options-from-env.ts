import { DEFAULT_LIMITS, durationMs } from '@traffic-tacos/kernel';
import { createLogger, parsePlatformSettings, type Environment, type PlatformSettings } from '@traffic-tacos/kit';
import { DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import type { PlatformOptions } from '@traffic-tacos/platform';
import { WrongUsage } from './wrong-usage.ts';

/** How long a sign-in lasts: one evening. */
const TOKEN_TTL_SECONDS = 12 * 3600;
const STANDARD_ERROR = 2;

/** The settings of the environment, all problems told together. */
export function settingsFrom(env: Environment): PlatformSettings {
  const parsed = parsePlatformSettings(env);
  if (parsed.kind === 'refused') throw new WrongUsage(['The settings are not right:', ...parsed.problems.map((problem) => `  ${problem}`)].join('\n'));
  return parsed.settings;
}

/** A platform as the environment wants it. */
export function platformOptions(settings: PlatformSettings, onFailed: PlatformOptions['onFailed']): PlatformOptions {
  return {
    dataDir: settings.dataDir,
    bindAddress: settings.bindAddress,
    ports: { gateway: settings.gatewayPort, reservation: settings.reservationPort, inventory: settings.inventoryPort, payment: settings.paymentPort },
    limits: { ...DEFAULT_LIMITS, idempotencyTtlMs: settings.idempotencyTtlMs },
    holdMs: settings.holdMs,
    extensionMaxMs: settings.holdExtensionMaxMs,
    payment: {
      timings: {
        ...DEFAULT_TIMINGS, approveDelayMs: settings.paymentApproveDelayMs, lateApproveDelayMs: durationMs(settings.paymentDelayMs),
        intentTtlMs: settings.paymentIntentTtlMs,
      },
      intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION,
    },
    auth: {
      issuerUri: settings.jwtIssuerUri, jwksUri: settings.jwksUri, audience: settings.jwtAudience, rolesClaim: settings.jwtRolesClaim, tokenTtlSeconds: TOKEN_TTL_SECONDS,
    },
    http: { idempotencyKeyFormat: settings.idempotencyKeyFormat, connections: settings.httpConnections },
    logger: createLogger({ service: 'platform', level: settings.logLevel, destination: settings.logFile ?? STANDARD_ERROR }),
    onFailed,
  };
}
