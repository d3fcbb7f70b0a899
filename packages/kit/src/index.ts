/** What every service's edge is made of. No business rule is in here. */
export { createFetchJson, type FetchJson, type FetchJsonLimits } from './auth/fetch-json.ts';
export { DEFAULT_KEY_TIMES, type KeyTimes } from './auth/key-source.ts';
export { createTokenVerifier, type TokenVerifierOptions } from './auth/token-verifier.ts';
export { settingsHelp, settingsReference } from './config/describe-settings.ts';
export {
  parseSettings,
  setting,
  type Environment,
  type ParsedSettings,
  type Setting,
  type SettingsOf,
  type SettingsSchema,
} from './config/parse-settings.ts';
export { parsePlatformSettings, PLATFORM_SETTINGS, type PlatformSettings, type ServiceName } from './config/platform-settings.ts';
export { ERROR_TABLE, type ErrorCode, type ErrorEntry } from './errors/error-table.ts';
export { createErrorRegistry, ERROR_REGISTRY, refuse, type ErrorRegistry, type Language, type RefusalFacts } from './errors/registry.ts';
export type { TokenVerifier } from './http/authorize.ts';
export type { About } from './http/builtin-routes.ts';
export { createHealth, type Health } from './http/health.ts';
export type { IdempotencyKeyFormat } from './http/idempotency-key.ts';
export type { Access, Caller, Detail, EdgeReply, EdgeRequest, FieldRule, Fields, IdempotencyRule, Refusal, Route } from './http/route.ts';
export { createHttpServer } from './http/server.ts';
export {
  CannotListen,
  type ClosedServer,
  type HttpServer,
  type HttpServerOptions,
  type InjectReply,
  type InjectRequest,
  type ListeningAt,
} from './http/server-options.ts';
export { DEFAULT_HTTP_SETTINGS, type HttpSettings } from './http/settings.ts';
export { createResources, type ClosedResource, type Resource, type Resources } from './lifecycle/resources.ts';
export { stopOnSignal, type SignalledProcess } from './lifecycle/stop-on-signal.ts';
export { createLogger, LOG_LEVELS, type LogFacts, type Logger, type LoggerOptions, type LogLevel } from './logging/logger.ts';
export type { Counter, Gauge, Histogram, MetricSpec } from './metrics/cells.ts';
export type { Family } from './metrics/family.ts';
export { createMetrics, type Metrics, type MetricsOptions } from './metrics/metrics.ts';
export { createPooledRandom } from './time/pooled-random.ts';
export { createSystemClock, createSystemTime, type SystemTime } from './time/system-time.ts';
