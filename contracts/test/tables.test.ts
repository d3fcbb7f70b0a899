import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clone } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type as Type, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { FileDescriptorProto, FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { builtDescriptors } from './built-descriptors.ts';
import { optionsOf, readTable, rowsOf, unsaid, type ContractRow } from './contract-rows.ts';

/** Fields and enum values from this number on are free for additions that no table names. */
const FIRST_FREE_NUMBER = 100;

const OUTER_CLASSNAMES: Readonly<Record<string, string>> = {
  'proto/common/v1/admin.proto': 'AdminProto',
  'proto/common/v1/errors.proto': 'ErrorsProto',
  'proto/common/v1/types.proto': 'CommonTypesProto',
  'proto/gateway/v1/announcement.proto': 'AnnouncementProto',
  'proto/gateway/v1/gateway.proto': 'GatewayProto',
  'proto/gateway/v1/queue.proto': 'QueueProto',
  'proto/gateway/v1/webhook.proto': 'WebhookProto',
  'proto/gateway/v1/websocket.proto': 'WebSocketProto',
  'proto/payment/v1/payment.proto': 'PaymentProto',
  'proto/payment/v1/receiver.proto': 'ReceiverProto',
  'proto/reservation/v1/admission.proto': 'AdmissionProto',
  'proto/payment/v1/reconcile.proto': 'ReconcileProto',
  'proto/reservation/v1/maintenance.proto': 'MaintenanceProto',
  'proto/reservation/v1/reconcile.proto': 'ReconcileProto',
  'proto/reservation/v1/inventory.proto': 'InventoryProto',
  'proto/reservation/v1/reservation.proto': 'ReservationProto',
  'proto/reservation/v1/worker.proto': 'WorkerProto',
};

const tables = (): readonly ContractRow[] => [...readTable('wire-contract.tsv'), ...additions()];
const additions = (): readonly ContractRow[] => readTable('additions.tsv');

/** What is wrong between descriptors and tables; a sentence each. */
function differences(set: FileDescriptorSet, wanted: readonly ContractRow[] = tables()): readonly string[] {
  const built = rowsOf(set);
  const builtKeys = new Set(built.map(keyOf));
  const wantedKeys = new Set(wanted.map(keyOf));
  const fileOf = new Map(built.map((row) => [row.owner, row.file]));
  return [
    ...wanted.filter((row) => !builtKeys.has(keyOf(row))).map((row) => `missing: ${keyOf(row)}`),
    ...built.filter((row) => !wantedKeys.has(keyOf(row)) && !isFree(row)).map((row) => `extra: ${keyOf(row)}`),
    ...wanted.filter(({ file, owner }) => file !== undefined && fileOf.get(owner) !== file).map((row) => `${row.owner} left ${row.file}`),
    ...unsaid(set).map((what) => `not in the tables: ${what}`),
    ...[...optionsOf(set)].filter(([file, options]) => !isAsPublished(file, options)).map(([file]) => `options of ${file}`),
  ];
}

const keyOf = ({ kind, owner, columns }: ContractRow): string => [kind, owner, ...columns].join(' | ');
const isFree = ({ kind, columns }: ContractRow): boolean =>
  (kind === 'field' || kind === 'value') && Number(columns[0]) >= FIRST_FREE_NUMBER;

function isAsPublished(file: string, options: unknown): boolean {
  const domain = file.split('/')[1] ?? '';
  const published = {
    goPackage: `github.com/traffic-tacos/proto-contracts/gen/go/${domain}/v1;${domain}v1`,
    javaMultipleFiles: true,
    javaOuterClassname: OUTER_CLASSNAMES[file],
    javaPackage: `com.traffic_tacos.${domain}.v1`,
  };
  return JSON.stringify(options) === JSON.stringify(published);
}

/** The built descriptors with one thing changed in one file. */
function planted(path: string, change: (file: FileDescriptorProto) => void): FileDescriptorSet {
  const set = clone(FileDescriptorSetSchema, builtDescriptors());
  const file = set.file.find(({ name }) => name === path);
  assert.ok(file !== undefined);
  change(file);
  return set;
}

const INVENTORY = 'proto/reservation/v1/inventory.proto';
const message = (file: FileDescriptorProto, name: string) => file.messageType.find((one) => one.name === name) ?? assert.fail(name);
const field = (file: FileDescriptorProto, owner: string, name: string) =>
  message(file, owner).field.find((one) => one.name === name) ?? assert.fail(name);

test('the .proto files declare what both tables say, and nothing else', () => {
  assert.deepEqual(differences(builtDescriptors()), []);
});

test('both tables are whole: 944 published lines and 226 additions, each line once', () => {
  assert.equal(readTable('wire-contract.tsv').length, 944);
  assert.equal(additions().length, 226);
  assert.equal(new Set(tables().map(keyOf)).size, 944 + 226);
});

const PLANTED: readonly (readonly [string, (file: FileDescriptorProto) => void, readonly string[]])[] = [
  [
    'a renumbered field',
    (file) => (field(file, 'ReserveSeatRequest', 'quantity').number = 40),
    [
      'missing: field | reservation.v1.ReserveSeatRequest | 4 | quantity | int32',
      'extra: field | reservation.v1.ReserveSeatRequest | 40 | quantity | int32',
    ],
  ],
  [
    'a retyped field',
    (file) => (field(file, 'ReserveSeatRequest', 'quantity').type = Type.INT64),
    [
      'missing: field | reservation.v1.ReserveSeatRequest | 4 | quantity | int32',
      'extra: field | reservation.v1.ReserveSeatRequest | 4 | quantity | int64',
    ],
  ],
  [
    'a renamed field',
    (file) => (field(file, 'ReserveSeatRequest', 'quantity').name = 'qty'),
    [
      'missing: field | reservation.v1.ReserveSeatRequest | 4 | quantity | int32',
      'extra: field | reservation.v1.ReserveSeatRequest | 4 | qty | int32 [json_name=quantity]',
    ],
  ],
  [
    'a list that is no list any more',
    (file) => (field(file, 'ReserveSeatRequest', 'seat_ids').label = 1),
    [
      'missing: field | reservation.v1.ReserveSeatRequest | 3 | seat_ids | repeated string',
      'extra: field | reservation.v1.ReserveSeatRequest | 3 | seat_ids | string',
    ],
  ],
  [
    'a missing method',
    (file) => void file.service[0]?.method.shift(),
    ['missing: rpc | reservation.v1.InventoryService | CheckAvailability | CheckAvailabilityRequest | CheckAvailabilityResponse'],
  ],
  [
    'a method that streams',
    (file) => Object.assign(file.service[0]?.method[0] ?? assert.fail(), { serverStreaming: true }),
    [
      'missing: rpc | reservation.v1.InventoryService | CheckAvailability | CheckAvailabilityRequest | CheckAvailabilityResponse',
      'extra: rpc | reservation.v1.InventoryService | CheckAvailability | CheckAvailabilityRequest | stream CheckAvailabilityResponse',
    ],
  ],
  [
    'an enum value of another number',
    (file) => Object.assign(file.enumType[0]?.value[4] ?? assert.fail(), { number: 99 }),
    [
      'missing: value | reservation.v1.HoldStatus | 4 | HOLD_STATUS_COMMITTED | ',
      'extra: value | reservation.v1.HoldStatus | 99 | HOLD_STATUS_COMMITTED | ',
    ],
  ],
  ['another class for Java', (file) => Object.assign(file.options ?? {}, { javaOuterClassname: 'Inventory' }), [`options of ${INVENTORY}`]],
  ['another package for Go', (file) => Object.assign(file.options ?? {}, { goPackage: 'x/y;z' }), [`options of ${INVENTORY}`]],
];

for (const [what, change, found] of PLANTED) {
  test(`planted: ${what} is found`, () => assert.deepEqual(differences(planted(INVENTORY, change)), found));
}

const withField = (number: number) => (file: FileDescriptorProto) => {
  const like = field(file, 'ReserveSeatRequest', 'section');
  message(file, 'ReserveSeatRequest').field.push({ ...like, name: 'lane', jsonName: 'lane', number });
};

test('planted: an addition below number 100 is found, and one from 100 on is allowed', () => {
  const extra = ['extra: field | reservation.v1.ReserveSeatRequest | 99 | lane | string'];
  assert.deepEqual(differences(planted(INVENTORY, withField(99))), extra);
  assert.deepEqual(differences(planted(INVENTORY, withField(100))), []);
});

test('planted: a message without a field, which no line of a table can name, is found', () => {
  const empty = planted(INVENTORY, (file) => void file.messageType.push({ ...message(file, 'ListEventsRequest'), name: 'Empty', field: [] }));
  assert.deepEqual(differences(empty), ['not in the tables: empty reservation.v1.Empty']);
});

test('planted: a line that a table lost, and one that it made up, are found', () => {
  const [, first, ...rest] = tables();
  assert.ok(first !== undefined);
  assert.deepEqual(differences(builtDescriptors(), rest).length, 2);
  assert.deepEqual(differences(builtDescriptors(), [...tables(), { ...first, owner: 'common.v1.Made' }]).length, 2);
});

test('planted: a service that moved to another file is found', () => {
  const set = clone(FileDescriptorSetSchema, builtDescriptors());
  const from = set.file.find(({ name }) => name === INVENTORY);
  const to = set.file.find(({ name }) => name === 'proto/reservation/v1/worker.proto');
  assert.ok(from !== undefined && to !== undefined);
  to.dependency.push(INVENTORY);
  to.service.push(...from.service.splice(0));
  assert.equal(differences(set)[0], `reservation.v1.InventoryService left ${INVENTORY}`);
});
