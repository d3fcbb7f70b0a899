import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatformSettings, type Environment } from '@traffic-tacos/kit';
import type { ServiceName } from '@traffic-tacos/platform';
import { serviceOptions, type OptionsOutcome, type ServiceOptions } from '../src/config/options.ts';

function outcomeOf(name: ServiceName, environment: Environment): OptionsOutcome {
  const parsed = parsePlatformSettings(environment, name);
  return parsed.kind === 'parsed' ? serviceOptions(name, parsed.settings, assert.fail) : parsed;
}

function optionsOf(name: ServiceName, environment: Environment): ServiceOptions {
  const outcome = outcomeOf(name, environment);
  return outcome.kind === 'options' ? outcome.options : assert.fail(outcome.problems.join());
}

const problemsOf = (name: ServiceName, environment: Environment): string => {
  const outcome = outcomeOf(name, environment);
  return outcome.kind === 'refused' ? outcome.problems.join('\n') : assert.fail('accepted');
};

const SECRET = { SERVICE_CLIENT_SECRET_FILE: '/keys/secret' };

test('without addresses the others are looked for on this machine, and the issuer is the gateway there', () => {
  const { peers, auth, client, grpcPort } = optionsOf('reservation', { ...SECRET, GATEWAY_PORT: '9000', INVENTORY_GRPC_PORT: '9021' });
  assert.deepEqual(peers, { inventory: '127.0.0.1:9021', reservation: '127.0.0.1:8011', payment: '127.0.0.1:8031', gateway: '127.0.0.1:8001', worker: '127.0.0.1:8041' });
  assert.deepEqual([auth.issuerUrl, auth.isOwnIssuer, client.id, grpcPort], ['http://127.0.0.1:9000', true, 'reservation', 8011]);
});

test('what the settings say of calls to others is what their channels do', () => {
  const { channels, peers } = optionsOf('reservation', {
    ...SECRET, INVENTORY_GRPC_ADDRESS: 'static://10.0.0.7:8021', INVENTORY_TIMEOUT_MS: '100', BREAKER_FAILURE_RATE: '25', BREAKER_OPEN_SECONDS: '5',
    GRPC_CLIENT_CA_FILE: '/ca.pem', GRPC_CLIENT_CERT_FILE: '/cert.pem', GRPC_CLIENT_KEY_FILE: '/key.pem',
  });
  assert.equal(peers.inventory, '10.0.0.7:8021');
  assert.equal(channels.inventoryTimeoutMs, 100);
  assert.partialDeepStrictEqual(channels.settings, {
    breaker: { failureRatio: 0.25, openMs: 5_000 }, tls: { caFile: '/ca.pem', certFile: '/cert.pem', keyFile: '/key.pem' },
  });
  assert.equal(optionsOf('inventory', {}).channels.settings.tls, undefined);
  assert.deepEqual(optionsOf('inventory', { GRPC_CLIENT_TLS: 'true' }).channels.settings.tls, {});
});

test('who calls others needs a secret, unless the network lets it in; the gateway needs one only beside another issuer', () => {
  for (const name of ['reservation', 'payment'] as const) {
    assert.match(problemsOf(name, {}), /SERVICE_CLIENT_SECRET_FILE is not set/);
    assert.equal(optionsOf(name, { GRPC_AUTH: 'network' }).client.secretFile, undefined);
  }
  assert.equal(optionsOf('inventory', {}).client.secretFile, undefined);
  assert.equal(optionsOf('gateway', {}).client.secretFile, undefined);
  assert.match(problemsOf('gateway', { JWT_ISSUER_URI: 'https://issuer.example' }), /SERVICE_CLIENT_SECRET_FILE is not set: gateway/);
});

test('S19: who issues tokens is one decision: whose are believed, where roles stand and who gives credentials go together', () => {
  const authIn = (environment: Environment) => {
    const { isOwnIssuer, issuerUrl, believedIssuer, jwksUri, rolesClaim } = optionsOf('gateway', environment).auth;
    return [isOwnIssuer, issuerUrl, believedIssuer, jwksUri, rolesClaim];
  };
  const [issuer, keys] = ['https://issuer.example', 'https://issuer.example/keys'];
  const roles = { JWT_ROLES_CLAIM: 'roles' };
  assert.deepEqual(authIn(roles), [true, 'http://127.0.0.1:8000', 'http://127.0.0.1:8000', undefined, 'role']);
  assert.deepEqual(authIn({ ...SECRET, ...roles, JWT_ISSUER_URI: issuer }), [false, issuer, issuer, undefined, 'roles']);
  assert.deepEqual(authIn({ ...SECRET, ...roles, JWT_ISSUER_URI: issuer, JWKS_URI: keys }), [false, issuer, issuer, keys, 'roles']);
  assert.deepEqual(authIn({ ...roles, JWKS_URI: keys, GRPC_AUTH: 'network' }), [false, 'http://127.0.0.1:8000', undefined, keys, 'roles']);
});

test('JWKS_URI alone names nobody who gives credentials: every service says so, with or without a secret', () => {
  for (const name of ['gateway', 'reservation', 'inventory', 'payment'] as const) {
    assert.match(problemsOf(name, { ...SECRET, JWKS_URI: 'https://issuer.example/keys' }), /JWKS_URI is set without JWT_ISSUER_URI: services get their credentials/);
    assert.match(problemsOf(name, { JWKS_URI: 'https://issuer.example/keys' }), /JWKS_URI is set without JWT_ISSUER_URI/);
  }
});

test('a half of a client certificate is refused', () => {
  assert.match(problemsOf('inventory', { GRPC_CLIENT_CERT_FILE: '/cert.pem' }), /GRPC_CLIENT_CERT_FILE and GRPC_CLIENT_KEY_FILE are needed together/);
});
