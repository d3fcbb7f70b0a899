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
  assert.deepEqual(ports, { reservation: 8011, inventory: 8021, payment: 8031 });
  assert.deepEqual([settings.auth, settings.trustedNetworks, settings.tls], ['token', [], undefined]);
});

it('settings move the gRPC ports, let a network in, and encrypt them, with and without certificates of clients', () => {
  const env = { INVENTORY_GRPC_PORT: '9021', GRPC_AUTH: 'network', GRPC_TRUSTED_NETWORKS: '10.0.0.0/8', GRPC_TLS_CERT_FILE: 'c.pem', GRPC_TLS_KEY_FILE: 'k.pem' };
  const { ports, settings } = grpcOf(env);
  assert.deepEqual([ports.inventory, settings.auth, settings.trustedNetworks], [9021, 'network', ['10.0.0.0/8']]);
  assert.deepEqual(settings.tls, { certFile: 'c.pem', keyFile: 'k.pem' });
  assert.deepEqual(grpcOf({ ...env, GRPC_TLS_CLIENT_CA_FILE: 'ca.pem' }).settings.tls, { certFile: 'c.pem', keyFile: 'k.pem', clientCaFile: 'ca.pem' });
});
