import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFileRegistry } from '@bufbuild/protobuf';
import { MalformedAuthorization, parseCallers, readCallers } from '@traffic-tacos/contracts';
import { builtDescriptors } from './built-descriptors.ts';

/** Served on every port beside the contract's own services. */
const STANDARD = [
  '/grpc.health.v1.Health/Check',
  '/grpc.health.v1.Health/List',
  '/grpc.health.v1.Health/Watch',
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
];

function methodPaths(): readonly string[] {
  const services = [...createFileRegistry(builtDescriptors()).files].flatMap((file) => file.services);
  return services.flatMap((service) => service.methods.map((method) => `/${service.typeName}/${method.name}`));
}

const callersOf = (path: string): readonly string[] => [...(readCallers().of(path) ?? [])].sort();

test('authz.tsv names every method of the contract exactly once, and no other', () => {
  assert.deepEqual([...readCallers().paths].sort(), [...methodPaths(), ...STANDARD].sort());
});

test('whoever may sell, release or return seats over gRPC is a service, never a buyer or a stranger', () => {
  for (const method of ['ReserveSeat', 'CommitReservation', 'ReleaseHold', 'ExtendHold', 'ReturnSeats'])
    assert.deepEqual(callersOf(`/reservation.v1.InventoryService/${method}`), ['service']);
});

test('operators and nobody else call AdminService and force results', () => {
  const admin = readCallers().paths.filter((path) => callersOf(path).join() === 'admin');
  assert.deepEqual(admin.length, 7);
  assert.ok(admin.every((path) => path.startsWith('/common.v1.AdminService/') || path.endsWith('/SimulateWebhook')));
});

test('the waiting room asks nobody for a credential', () => {
  const queue = readCallers().paths.filter((path) => path.includes('QueueService'));
  assert.equal(queue.length, 5);
  for (const path of queue) assert.deepEqual(callersOf(path), ['anyone']);
});

test('a method called by its long name has the same callers, and one that nobody knows has none', () => {
  assert.deepEqual(callersOf('/com.traffic_tacos.payment.v1.PaymentService/SimulateWebhook'), ['admin']);
  assert.equal(readCallers().of('/payment.v1.PaymentService/Unknown'), undefined);
});

const HEAD = 'service\tmethod\tcallers\treason\n';
const BAD = {
  'a method twice': `${HEAD}a.v1.A\tB\tuser\t\na.v1.A\tB\tservice\t\n`,
  'a caller of no kind': `${HEAD}a.v1.A\tB\teverybody\t\n`,
  'nobody at all': `${HEAD}a.v1.A\tB\t\t\n`,
  'no method': `${HEAD}a.v1.A\t\tuser\t\n`,
  'anyone beside others': `${HEAD}a.v1.A\tB\tanyone,admin\t\n`,
};

for (const [what, table] of Object.entries(BAD)) {
  test(`planted: a table with ${what} is refused`, () => assert.throws(() => parseCallers(table), MalformedAuthorization));
}
