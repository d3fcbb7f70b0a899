import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import { parsePlatformSettings, type Environment } from '@traffic-tacos/kit';
import type { PlatformOptions } from '@traffic-tacos/platform';
import { platformOptions } from '../src/config/platform-options.ts';

function grpcOf(env: Environment): PlatformOptions['grpc'] {
  const parsed = parsePlatformSettings(env);
  assert.ok(parsed.kind === 'parsed', JSON.stringify(parsed));
  return platformOptions(parsed.settings, () => undefined).grpc;
}

it('gRPC ports are in plaintext and want tokens unless settings say otherwise', () => {
  const { ports, settings } = grpcOf({});
  assert.deepEqual(ports, { gateway: 8001, reservation: 8011, inventory: 8021, payment: 8031, worker: 8041 });
  assert.deepEqual([settings.auth, settings.trustedNetworks, settings.tls], ['token', [], undefined]);
});

it('settings move the gRPC ports, let a network in, and encrypt them, with and without certificates of clients', () => {
  const env = { INVENTORY_GRPC_PORT: '9021', GRPC_AUTH: 'network', GRPC_TRUSTED_NETWORKS: '10.0.0.0/8', GRPC_TLS_CERT_FILE: 'c.pem', GRPC_TLS_KEY_FILE: 'k.pem' };
  const { ports, settings } = grpcOf(env);
  assert.deepEqual([ports.inventory, settings.auth, settings.trustedNetworks], [9021, 'network', ['10.0.0.0/8']]);
  assert.deepEqual(settings.tls, { certFile: 'c.pem', keyFile: 'k.pem' });
  assert.deepEqual(grpcOf({ ...env, GRPC_TLS_CLIENT_CA_FILE: 'ca.pem' }).settings.tls, { certFile: 'c.pem', keyFile: 'k.pem', clientCaFile: 'ca.pem' });
});

it('payments follow the settings: how long scenarios take, what RANDOM draws from, where webhooks go', () => {
  const optionsOf = (env: Environment): PlatformOptions => {
    const parsed = parsePlatformSettings(env);
    assert.ok(parsed.kind === 'parsed', JSON.stringify(parsed));
    return platformOptions(parsed.settings, () => undefined);
  };
  const { payment, webhooks } = optionsOf({});
  assert.deepEqual([payment.timings.approveDelayMs, payment.timings.failDelayMs, payment.timings.lateApproveDelayMs, payment.timings.intentTtlMs], [200, 100, 3_000, 900_000]);
  assert.deepEqual([payment.randomSeed, webhooks], [undefined, { receiverUrl: undefined, secretsFile: undefined }]);
  const set = optionsOf({
    PAYMENT_APPROVE_DELAY_MS: '1', PAYMENT_FAIL_DELAY_MS: '2', PAYMENT_DELAY_MS: '3', PAYMENT_RANDOM_SEED: '7', PAYMENT_WEBHOOK_URL: 'http://10.0.0.1/hook', WEBHOOK_SECRETS_FILE: 's.json',
  });
  assert.deepEqual([set.payment.timings.approveDelayMs, set.payment.timings.failDelayMs, set.payment.timings.lateApproveDelayMs, set.payment.randomSeed], [1, 2, 3, 7]);
  assert.deepEqual(set.webhooks, { receiverUrl: 'http://10.0.0.1/hook', secretsFile: 's.json' });
  for (const env of [{ PAYMENT_WEBHOOK_URL: 'ftp://x' }, { PAYMENT_RANDOM_SEED: '-1' }, { PAYMENT_RANDOM_SEED: '4294967296' }]) assert.equal(parsePlatformSettings(env).kind, 'refused');
  assert.throws(() => optionsOf({ PAYMENT_FAIL_DELAY_MS: '5000', PAYMENT_INTENT_TTL_SECONDS: '5' }), /PAYMENT_FAIL_DELAY_MS/);
});
