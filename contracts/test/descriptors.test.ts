import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFileRegistry, create, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { LONG_NAME_PREFIX, readDescriptors } from '@traffic-tacos/contracts';

const SHORT = [
  'common.v1.AdminService',
  'gateway.v1.AnnouncementService',
  'gateway.v1.GatewayService',
  'gateway.v1.QueueService',
  'gateway.v1.WebSocketService',
  'gateway.v1.WebhookService',
  'payment.v1.IntentRecordService',
  'payment.v1.PaymentService',
  'payment.v1.ReceiverService',
  'reservation.v1.AdmissionService',
  'reservation.v1.HoldRecordService',
  'reservation.v1.InventoryService',
  'reservation.v1.MaintenanceService',
  'reservation.v1.ReconcileService',
  'reservation.v1.ReservationService',
  'reservation.v1.WorkerService',
];

const RESERVATIONS = 'reservation.v1.ReservationService';

test('reflection can list every service, by its short and by its long name', () => {
  assert.deepEqual(readDescriptors().services, [...SHORT, ...SHORT.map((name) => `${LONG_NAME_PREFIX}${name}`)].sort());
});

test('every file is found under the path that clients resolve, and comes after all that it imports', () => {
  const { files } = readDescriptors();
  for (const name of ['common/v1/admin', 'gateway/v1/websocket', 'payment/v1/payment', 'reservation/v1/inventory'])
    assert.ok(files.has(`proto/${name}.proto`));
  const seen = new Set<string>();
  for (const [path, bytes] of files) {
    const { dependency } = fromBinary(FileDescriptorProtoSchema, bytes);
    assert.deepEqual(
      dependency.filter((one) => !seen.has(one)),
      [],
      path,
    );
    seen.add(path);
  }
});

test('a client can build the whole contract from what reflection serves, the long names included', () => {
  const { files } = readDescriptors();
  const file = [...files.values()].map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
  const [short, long] = [registry.getService(RESERVATIONS), registry.getService(`${LONG_NAME_PREFIX}${RESERVATIONS}`)];
  assert.equal(short?.methods.length, 8);
  assert.deepEqual(
    long?.methods.map(({ name, input, output }) => [name, input.typeName, output.typeName]),
    short.methods.map(({ name, input, output }) => [name, input.typeName, output.typeName]),
  );
});

test('a symbol leads to the file that declares it', () => {
  const { pathOfSymbol } = readDescriptors();
  const inventory = 'proto/reservation/v1/inventory.proto';
  assert.equal(pathOfSymbol.get('reservation.v1.InventoryService'), inventory);
  assert.equal(pathOfSymbol.get('reservation.v1.InventoryService.ReserveSeat'), inventory);
  assert.equal(pathOfSymbol.get('reservation.v1.HoldStatus'), inventory);
  assert.equal(pathOfSymbol.get('common.v1.ServiceHealthStatus.MetricsEntry'), 'proto/common/v1/admin.proto');
  assert.equal(pathOfSymbol.get('com.traffic_tacos.payment.v1.PaymentService'), 'com/traffic_tacos/proto/payment/v1/payment.proto');
  assert.equal(pathOfSymbol.get('payment.v1.Unknown'), undefined);
});

test('the comments are served with the descriptors', () => {
  const bytes = readDescriptors().files.get('proto/payment/v1/payment.proto') ?? assert.fail();
  const { sourceCodeInfo } = fromBinary(FileDescriptorProtoSchema, bytes);
  assert.ok(sourceCodeInfo?.location.some(({ leadingComments }) => leadingComments.includes('Never draws a second result')));
});
