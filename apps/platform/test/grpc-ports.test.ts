import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as contracts from '@traffic-tacos/contracts';
import { LONG_NAME_PREFIX, longNamedRpcs, readCallers, readDescriptors, shortPath } from '@traffic-tacos/contracts';
import type { Sent } from '@traffic-tacos/kit/testing';
import { GRPC_SERVICE_NAMES, type GrpcServiceName } from '@traffic-tacos/platform';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';

/** A service of a port: its full name, its methods, and the file that declares it. */
type Served = readonly [fullName: string, definition: object, file: string];

const SERVED: Readonly<Record<GrpcServiceName, readonly Served[]>> = {
  gateway: [
    ['gateway.v1.GatewayService', contracts.GatewayService, 'proto/gateway/v1/gateway.proto'],
    ['common.v1.AdminService', contracts.AdminService, 'proto/common/v1/admin.proto'],
    ['gateway.v1.QueueService', contracts.QueueService, 'proto/gateway/v1/queue.proto'],
    ['gateway.v1.WebhookService', contracts.WebhookService, 'proto/gateway/v1/webhook.proto'],
    ['gateway.v1.WebSocketService', contracts.WebSocketService, 'proto/gateway/v1/websocket.proto'],
  ],
  reservation: [['reservation.v1.ReservationService', contracts.ReservationService, 'proto/reservation/v1/reservation.proto']],
  inventory: [['reservation.v1.InventoryService', contracts.InventoryService, 'proto/reservation/v1/inventory.proto']],
  payment: [['payment.v1.PaymentService', contracts.PaymentService, 'proto/payment/v1/payment.proto']],
  worker: [['reservation.v1.WorkerService', contracts.WorkerService, 'proto/reservation/v1/worker.proto']],
};

const FULL_NAMES: readonly string[] = Object.values(SERVED).flatMap((services) => services.map(([fullName]) => fullName));

type Method = Parameters<Parameters<Parameters<typeof withGrpcClient>[2]>[0]['call']>[0];

type Definition = Parameters<typeof longNamedRpcs>[0];

/** The methods of a port under the short and the long names of its services. */
const methodsOf = (name: GrpcServiceName): readonly Method[] =>
  SERVED[name].flatMap(([, definition]) => [definition, longNamedRpcs(definition as Definition)].flatMap((each) => Object.values<Method>(each as Readonly<Record<string, Method>>)));

/** What a caller may have in hand, and the words of the table that let it in. */
async function credentialsFor(on: TestPlatform, service: GrpcServiceName): Promise<Readonly<Record<string, { readonly sent: Sent; readonly lets: readonly string[] }>>> {
  const callers = grpcCallers(on);
  const elsewhere = GRPC_SERVICE_NAMES.find((name) => name !== service) ?? service;
  return {
    'no credential': { sent: {}, lets: [] },
    'a token that nobody signed': { sent: { authorization: 'Bearer e30.e30.c2ln' }, lets: [] },
    'a service credential for another service': { sent: await callers.service(elsewhere), lets: [] },
    'the token of a user': { sent: await callers.user('alice'), lets: ['user'] },
    'the token of an organizer': { sent: await callers.user('olga', 'organizer'), lets: ['user'] },
    'the token of an admin': { sent: await callers.user('adam', 'admin'), lets: ['user', 'admin'] },
    'its service credential': { sent: await callers.service(service), lets: ['service'] },
  };
}

/** Every way in which the ports of a platform differ from the table of callers; empty when they do not. */
async function differencesFromTable(on: TestPlatform): Promise<readonly string[]> {
  const table = readCallers();
  const found: string[] = [];
  const called = new Set<string>();
  for (const service of GRPC_SERVICE_NAMES) {
    const credentials = Object.entries(await credentialsFor(on, service));
    await withGrpcClient(on, service, async (client) => {
      for (const method of methodsOf(service)) {
        called.add(shortPath(method.path));
        const kinds: ReadonlySet<string> = table.of(method.path) ?? new Set();
        for (const [who, { sent, lets }] of credentials) {
          const { code } = await client.call(method, method.requestDeserialize(Buffer.alloc(0)), sent);
          // Where a token makes a difference though anyone may call, one that does not hold is refused.
          const isBad = lets.length === 0 && sent['authorization'] !== undefined && LOOKS_AT_TOKENS.test(method.path);
          const isLetIn = kinds.has('anyone') || lets.some((kind) => kinds.has(kind));
          const expected = isLetIn && !isBad ? LET_IN : [lets.length === 0 ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED'];
          if (!expected.includes(code)) found.push(`${method.path} with ${who}: ${code}`);
        }
      }
    });
  }
  const served = table.paths.filter((path) => FULL_NAMES.some((name) => path.startsWith(`/${name}/`)));
  return [...found, ...served.filter((path) => !called.has(path)).map((path) => `${path} is not served`)];
}

const LOOKS_AT_TOKENS = /gateway\.v1\.QueueService\/(?:JoinQueue|RequestAdmission|LeaveQueue)$/;

/** What an empty request may meet once it is let in. */
const LET_IN: readonly string[] = ['OK', 'INVALID_ARGUMENT', 'UNIMPLEMENTED'];

test('I10: every served method lets in whom contracts/authz.tsv names, and nobody else, under both of its names', () =>
  withPlatform(async (on) => assert.deepEqual(await differencesFromTable(on), [])));

test('planted: ports that let the network in without a token differ from the table', () =>
  withPlatform(
    async (on) => {
      const found = await differencesFromTable(on);
      assert.ok(found.includes('/reservation.v1.InventoryService/ReserveSeat with no credential: INVALID_ARGUMENT'), found.join());
      assert.ok(!found.some((line) => line.includes('SimulateWebhook')), 'an admin must show a token wherever they come from');
    },
    { grpc: { ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 }, settings: { auth: 'network' } } },
  ));

test('every gRPC port answers for the health of its services by both names, and for no others', () =>
  withPlatform(async (on) => {
    for (const service of GRPC_SERVICE_NAMES) {
      await withGrpcClient(on, service, async (client) => {
        for (const name of ['', ...SERVED[service].flatMap(([fullName]) => [fullName, `${LONG_NAME_PREFIX}${fullName}`])]) {
          assert.equal((await client.health(name)).response?.status, 1, `${service} ${name}`);
        }
        assert.equal((await client.health('gateway.v1.NoService')).code, 'NOT_FOUND');
      });
    }
  }));

test('reflection lists and describes every service of a port, in both versions and under both names', () =>
  withPlatform(async (on) => {
    const { files } = readDescriptors();
    for (const service of GRPC_SERVICE_NAMES) {
      const both = SERVED[service].flatMap(([fullName]) => [`${LONG_NAME_PREFIX}${fullName}`, fullName]);
      const builtin = ['grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];
      await withGrpcClient(on, service, async (client) => {
        for (const version of ['v1', 'v1alpha'] as const) {
          assert.deepEqual([...(await client.services(version))].sort(), [...both, ...builtin].sort());
          for (const [name, , path] of SERVED[service]) {
            const [file] = await client.filesWith(version, name);
            assert.deepEqual(Buffer.from(file ?? []), Buffer.from(files.get(path) ?? []), `${path} in the bytes that were built`);
          }
          for (const symbol of [...both, ...builtin]) assert.ok((await client.filesWith(version, symbol)).length > 0, symbol);
          assert.deepEqual(await client.filesWith(version, 'reservation.v1.Nothing'), []);
        }
      });
    }
  }));
