/** What every service's edge is made of. No business rule is in here. */
export { createFetchJson, type FetchJson, type FetchJsonLimits } from './auth/fetch-json.ts';
export { prepareVerifiers } from './auth/prepare-verifiers.ts';
export { DEFAULT_KEY_TIMES, type KeyTimes } from './auth/key-source.ts';
export { createTokenVerifier, type PreparedVerifier, type TokenVerifierOptions } from './auth/token-verifier.ts';
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
export { telemetrySettings } from './config/telemetry-settings.ts';
export { protectionSettings } from './config/wanted-protection.ts';
export { ERROR_TABLE, type ErrorCode, type ErrorEntry } from './errors/error-table.ts';
export { createErrorRegistry, ERROR_REGISTRY, refuse, type ErrorRegistry, type Language, type RefusalFacts } from './errors/registry.ts';
export { forOwner, forUser, type UserIdLimits } from './grpc/acting-for.ts';
export type { AuthzTable, CallerKind } from './grpc/authz.ts';
export { createGrpcChannel, type GrpcChannel, type GrpcChannelOptions, type UpstreamCall } from './grpc/client/channel.ts';
export type { BreakerSettings, BreakerState } from './grpc/client/circuit-breaker.ts';
export { DEFAULT_GRPC_CHANNEL_SETTINGS, type GrpcChannelSettings, type GrpcClientTls } from './grpc/client/settings.ts';
export { createUnaryClient, type UnaryClient, type UnaryClientRules } from './grpc/client/unary-client.ts';
export type { UpstreamAnswer, UpstreamRefusal } from './grpc/client/upstream-answer.ts';
export { UpstreamFailure, type UpstreamFailureReason } from './grpc/client/upstream-failure.ts';
export { GRPC_ERROR_CODES, type GrpcErrorCode } from './grpc/error-codes.ts';
export { actingUser, type ActingUser, type ErrorMode, type GrpcCall, type GrpcCaller } from './grpc/grpc-call.ts';
export { readListPage, type ListPage, type ListPart, type PagedList, type PageInfo, type WantedPage } from './grpc/list-pages.ts';
export { invalidWish, type PlacesWish } from './grpc/invalid-wish.ts';
export { distinctTexts, given, invalidRequest, knownWord, optionalText, requiredText, wholeNumber } from './grpc/request-checks.ts';
export { createGrpcServer, type GrpcServer, type GrpcServerOptions } from './grpc/server/grpc-server.ts';
export {
  grpcService,
  type BidiHandler,
  type GrpcRefusal,
  type GrpcService,
  type GrpcServiceSpec,
  type HandlersOf,
  type StreamHandler,
  type UnaryHandler,
} from './grpc/server/grpc-service.ts';
export { StreamRefused } from './grpc/server/stream-refused.ts';
export type { GrpcListeningAt } from './grpc/server/listener.ts';
export { DEFAULT_GRPC_SETTINGS, type GrpcServerTls, type GrpcSettings } from './grpc/server/settings.ts';
export type { TokenVerifier } from './http/authorize.ts';
export type { About } from './http/builtin-routes.ts';
export { createHealth, type Health } from './http/health.ts';
export { decodeJson, type DecodedJson } from './http/json-document.ts';
export type { IdempotencyKeyFormat } from './http/idempotency-key.ts';
export type { Access, Caller, Detail, EdgeReply, EdgeRequest, FieldRule, Fields, IdempotencyRule, RateLimit, Refusal, Route, RouteAnswer } from './http/route.ts';
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
export { keepGarbageYoung } from './lifecycle/keep-garbage-young.ts';
export { reopenOnHangup, type HungUpProcess } from './lifecycle/reopen-on-hangup.ts';
export { createResources, type ClosedResource, type Resource, type Resources } from './lifecycle/resources.ts';
export { stopOnSignal, type SignalledProcess } from './lifecycle/stop-on-signal.ts';
export { keepLines, type KeptLines } from './logging/kept-lines.ts';
export { createLiveSettings, liveSettings, type LiveSettings, type SettingChange } from './config/live-settings.ts';
export { createLogger, LOG_LEVELS, type LogFacts, type Logger, type LoggerOptions, type LogLevel } from './logging/logger.ts';
export type { Counter, Gauge, Histogram, MetricSpec } from './metrics/cells.ts';
export { countBy, type KeyResult } from './metrics/count-by.ts';
export type { Family } from './metrics/family.ts';
export { createMethodTimers, timed, type MethodTimer } from './metrics/method-timer.ts';
export { METRICS, PLANNED_METRICS, type PlatformMetric } from './metrics/metric-table.ts';
export { PROCESS_METRICS, type ProcessMetric } from './metrics/process-metrics.ts';
export { createMetrics, type Metrics, type MetricsOptions } from './metrics/metrics.ts';
export { AMOUNT, count, CURRENCY, idText, INSTANT, listOf, optional, shape, text, word, type Schema } from './openapi/shapes.ts';
export type { StreamTransport } from './push/open-stream.ts';
export { OpenStreams, type OpenStreamsOptions, type StreamOwner, type StreamRoom } from './push/open-streams.ts';
export type { EndReason, OpenEvents, PushEvent, PushStream } from './push/push-stream.ts';
export type { SocketRoute, SocketTopic, TopicRequest } from './push/socket-topic.ts';
export { WorkLane, type LaneQueue, type WorkLaneDeps } from './queue/work-lane.ts';
export type { RateLimits } from './protection/rate-limits.ts';
export { createProtection, type Protection, type ProtectionSettings } from './protection/protection.ts';
export { createOwnerOnly, parseSecretJson, readOwnerOnly, writeOwnerOnly, type RefuseFile } from './secrets/owner-only-file.ts';
export { createTracing, type Tracing, type TracingOptions } from './tracing/tracing.ts';
export { NO_TELEMETRY, openTelemetry, type Telemetry, type TelemetrySettings } from './tracing/telemetry.ts';
export type { Span } from './tracing/span.ts';
export { createPooledRandom } from './time/pooled-random.ts';
export { createSystemClock, createSystemTime, type SystemTime } from './time/system-time.ts';
export { signWebhook, webhookSignature, type WebhookMessage } from './webhooks/sign-webhook.ts';
export { verifyPayload } from './webhooks/verify-payload.ts';
export { verifyWebhook, type ReceivedWebhook, type WebhookVerdict } from './webhooks/verify-webhook.ts';
export { newWebhookSecret, readWebhookSecret, writeWebhookSecret, type WebhookSecret } from './webhooks/webhook-secret.ts';
export {
  addWebhookSecret,
  loadOrCreateWebhookSecrets,
  retireWebhookSecrets,
  secretForOrigin,
  webhookSecretPath,
  WebhookSecretFileRefused,
  type WebhookSecrets,
} from './webhooks/webhook-secret-file.ts';
