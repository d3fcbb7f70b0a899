import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatformSettings, PLATFORM_SETTINGS, type Environment, type PlatformSettings, type ServiceName } from '../src/index.ts';

function settingsOf(env: Environment, alone?: ServiceName): PlatformSettings {
  const parsed = parsePlatformSettings(env, alone);
  assert.equal(parsed.kind, 'parsed', JSON.stringify(parsed));
  return parsed.kind === 'parsed' ? parsed.settings : assert.fail();
}

const problemsOf = (env: Environment): readonly string[] => {
  const parsed = parsePlatformSettings(env);
  return parsed.kind === 'refused' ? parsed.problems : [];
};

test('the defaults of the platform are the promised ones', () => {
  const s = settingsOf({});
  assert.deepEqual([s.dataDir, s.bindAddress, s.env, s.profile], ['./data', '127.0.0.1', 'traffic-tacos', 'local']);
  assert.deepEqual([s.gatewayPort, s.reservationPort, s.inventoryPort, s.paymentPort, s.workerPort], [8000, 8010, 8020, 8030, 8040]);
  assert.deepEqual([s.reservationGrpcPort, s.inventoryGrpcPort, s.paymentGrpcPort], [8011, 8021, 8031]);
  assert.deepEqual([s.grpcAuth, s.grpcTrustedNetworks, s.grpcTlsCertFile, s.grpcTlsClientCaFile], ['token', [], undefined, undefined]);
  assert.deepEqual([s.inventoryGrpcAddress, s.paymentGrpcAddress, s.reservationGrpcAddress], [undefined, undefined, undefined]);
  assert.deepEqual([s.inventoryTimeoutMs, s.breakerFailureRate, s.breakerOpenMs], [250, 50, 30_000]);
  assert.deepEqual([s.holdMs, s.holdExtensionMaxMs, s.idempotencyTtlMs, s.idempotencyKeyFormat], [60_000, 60_000, 300_000, 'opaque']);
  assert.deepEqual([s.jwtIssuerUri, s.jwksUri, s.jwtAudience], [undefined, undefined, undefined]);
  assert.deepEqual([s.jwtRolesClaim, s.jwtAllowUntyped], ['role', false]);
  assert.deepEqual([s.paymentApproveDelayMs, s.paymentDelayMs, s.paymentIntentTtlMs, s.paymentFailedPolicy], [200, 3_000, 900_000, 'keep']);
  assert.deepEqual([s.logLevel, s.logFile, s.corsAllowOrigins, s.trustedProxies], ['info', undefined, [], []]);
  assert.deepEqual([s.rateLimitEnabled, s.rateLimitPerSecond, s.rateLimitBurst, s.rateLimitScope], [true, 50, 100, 'edge']);
});

test('durations are read in the unit of their name, and names of other frameworks are understood', () => {
  const s = settingsOf({
    HOLD_SECONDS: '90',
    PAYMENT_DELAY_MS: '50',
    IDEMPOTENCY_TTL_SECONDS: 'PT2M',
    SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI: 'https://issuer.test',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
  });
  assert.deepEqual([s.holdMs, s.paymentDelayMs, s.idempotencyTtlMs, s.jwtIssuerUri], [90_000, 50, 120_000, 'https://issuer.test']);
  assert.deepEqual(s.trustedProxies, ['10.0.0.0/8', '::1']);
});

test('where another service is, and how long it is waited for, is taken under the names of Spring too', () => {
  const s = settingsOf({
    GRPC_CLIENT_INVENTORY_SERVICE_ADDRESS: 'static://localhost:8021',
    PAYMENT_GRPC_ADDRESS: '[::1]:8031',
    RESERVATION_GRPC_ADDRESS: 'dns:///reservation.test:8011',
    RESILIENCE4J_TIMELIMITER_INSTANCES_INVENTORY_GRPC_TIMEOUT_DURATION: '300ms',
    RESILIENCE4J_CIRCUITBREAKER_INSTANCES_INVENTORY_GRPC_FAILURE_RATE_THRESHOLD: '60',
    BREAKER_OPEN_SECONDS: '5',
  });
  assert.deepEqual([s.inventoryGrpcAddress, s.paymentGrpcAddress, s.reservationGrpcAddress], ['localhost:8021', '[::1]:8031', 'reservation.test:8011']);
  assert.deepEqual([s.inventoryTimeoutMs, s.breakerFailureRate, s.breakerOpenMs], [300, 60, 5_000]);
  for (const address of ['localhost', 'localhost:0', 'localhost:65536', 'http://localhost:8021', ':8021', '::1:8021', 'a b:1']) {
    assert.deepEqual(problemsOf({ INVENTORY_GRPC_ADDRESS: address }), [`INVENTORY_GRPC_ADDRESS must be host:port, such as 10.0.0.7:8021, not "${address}"`]);
  }
});

test('a gRPC port that was meant to be encrypted never opens in plaintext', () => {
  const together = ['GRPC_TLS_CERT_FILE and GRPC_TLS_KEY_FILE are needed together'];
  assert.deepEqual(problemsOf({ GRPC_TLS_CERT_FILE: 'a.pem' }), together);
  assert.deepEqual(problemsOf({ GRPC_TLS_KEY_FILE: 'a.pem' }), together);
  assert.deepEqual(problemsOf({ GRPC_TLS_CLIENT_CA_FILE: 'a.pem' }), ['GRPC_TLS_CLIENT_CA_FILE needs GRPC_TLS_CERT_FILE and GRPC_TLS_KEY_FILE']);
  assert.deepEqual(problemsOf({ GRPC_TLS_CERT_FILE: 'a.pem', GRPC_TLS_KEY_FILE: 'b.pem', GRPC_TLS_CLIENT_CA_FILE: 'c.pem' }), []);
});

test('a profile presets what is not given, and nothing else', () => {
  assert.equal(settingsOf({ SPRING_PROFILES_ACTIVE: 'dev' }).logLevel, 'debug');
  assert.equal(settingsOf({ TACOS_PROFILE: 'dev', LOG_LEVEL: 'warn' }).logLevel, 'warn');
  assert.equal(settingsOf({ SPRING_PROFILES_ACTIVE: 'prod' }).logLevel, 'info');
  assert.deepEqual(problemsOf({ SPRING_PROFILES_ACTIVE: 'staging' }), ['TACOS_PROFILE must be one of local, dev, prod, not "staging"']);
});

test('SERVER_PORT and GRPC_SERVER_PORT are the ports of a service that runs alone, and of no one in a whole platform', () => {
  assert.equal(settingsOf({ GRPC_SERVER_PORT: '9001' }, 'inventory').inventoryGrpcPort, 9001);
  assert.equal(settingsOf({ GRPC_SERVER_PORT: '9001' }).inventoryGrpcPort, 8021);
  assert.equal(settingsOf({ SERVER_PORT: '9000' }, 'reservation').reservationPort, 9000);
  assert.equal(settingsOf({ SERVER_PORT: '9000' }).reservationPort, 8010);
});

test('two services on one port are a problem, unless the system chooses both', () => {
  assert.deepEqual(problemsOf({ INVENTORY_PORT: '8010' }), ['RESERVATION_PORT and INVENTORY_PORT are both 8010']);
  assert.deepEqual(problemsOf({ INVENTORY_GRPC_PORT: '8020' }), ['INVENTORY_PORT and INVENTORY_GRPC_PORT are both 8020']);
  assert.deepEqual(problemsOf({ INVENTORY_PORT: '0', RESERVATION_PORT: '0' }), []);
});

test('every setting has a description, a name of its own, and a default that its own type would take', () => {
  const names = Object.values(PLATFORM_SETTINGS).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  assert.equal(new Set(names).size, names.length);
  for (const { name, description, type, default: standard } of Object.values(PLATFORM_SETTINGS)) {
    assert.match(description, /^[A-Za-z0-9].*\.$/, name);
    if (standard === undefined) continue;
    const { format, parse } = type as { format(value: unknown): string; parse(text: string): unknown };
    assert.deepEqual(parse(format(standard)), { kind: 'value', value: standard }, name);
  }
});
