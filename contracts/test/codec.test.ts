import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFileRegistry, fromBinary, toBinary, type DescMessage } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { decodeMessage, encodeMessage, MalformedMessage, NotEncodable, type GeneratedMessage } from '@traffic-tacos/contracts';
import { Money, Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import * as admin from '@traffic-tacos/contracts/proto/common/v1/admin';
import * as announcement from '@traffic-tacos/contracts/proto/gateway/v1/announcement';
import * as gateway from '@traffic-tacos/contracts/proto/gateway/v1/gateway';
import * as queue from '@traffic-tacos/contracts/proto/gateway/v1/queue';
import * as webhook from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import * as websocket from '@traffic-tacos/contracts/proto/gateway/v1/websocket';
import * as payment from '@traffic-tacos/contracts/proto/payment/v1/payment';
import * as receiver from '@traffic-tacos/contracts/proto/payment/v1/receiver';
import * as admission from '@traffic-tacos/contracts/proto/reservation/v1/admission';
import * as intentRecords from '@traffic-tacos/contracts/proto/payment/v1/reconcile';
import * as holdRecords from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import * as maintenance from '@traffic-tacos/contracts/proto/reservation/v1/maintenance';
import * as inventory from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { GetSeatMapResponse, ReserveSeatRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import * as reservation from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import * as worker from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { BufferWriter } from '../src/buffer-writer.ts';
import { allRpcs, messageArbitrary } from '../src/testing.ts';
import { builtDescriptors } from './built-descriptors.ts';

interface Wire {
  readonly type: DescMessage;
  readonly serialize: (message: never) => Buffer;
  readonly deserialize: (bytes: Buffer) => unknown;
}

/** Every message that a method of the contract takes or answers, with the functions that a server and a client would use. */
function wires(): readonly Wire[] {
  const registry = createFileRegistry(builtDescriptors());
  return allRpcs().flatMap((rpc) => {
    const [service = '', method = ''] = rpc.path.slice(1).split('/');
    const { input, output } = registry.getService(service)?.methods.find(({ name }) => name === method) ?? assert.fail(rpc.path);
    return [
      { type: input, serialize: rpc.requestSerialize, deserialize: rpc.requestDeserialize },
      { type: output, serialize: rpc.responseSerialize, deserialize: rpc.responseDeserialize },
    ];
  });
}

const RUNS = { numRuns: 30 };

test('every message of every method is read back as it was written', () => {
  assert.equal(wires().length, 154);
  for (const { type, serialize, deserialize } of wires())
    fc.assert(
      fc.property(messageArbitrary(type), (message) => assert.deepEqual(deserialize(serialize(message as never)), message)),
      RUNS,
    );
});

test('another implementation reads every message, and what it writes is read as the same message', () => {
  for (const { type, serialize, deserialize } of wires())
    fc.assert(
      fc.property(messageArbitrary(type), (message) => {
        const foreign = toBinary(type, fromBinary(type, serialize(message as never)));
        assert.deepEqual(deserialize(Buffer.from(foreign)), message);
      }),
      RUNS,
    );
});

const GENERATED = [admin, admission, announcement, gateway, queue, webhook, websocket, payment, receiver, intentRecords, holdRecords, maintenance, inventory, reservation, worker];

test('every message comes out as the bytes that the library writes', () => {
  for (const { type, serialize } of wires()) {
    const generated = GENERATED.find(({ protobufFileName }) => protobufFileName === `${type.file.name}.proto`);
    const { encode }: GeneratedMessage<unknown> = Reflect.get(generated ?? assert.fail(type.file.name), type.name);
    fc.assert(
      fc.property(messageArbitrary(type), (message) =>
        assert.deepEqual(serialize(message as never), Buffer.from(encode(message, new BinaryWriter()).finish())),
      ),
      RUNS,
    );
  }
});

const seatMap = (seats: number) =>
  GetSeatMapResponse.create({ eventId: 'evt_1', seats: Array.from({ length: seats }, (_, n) => ({ id: `A-${n}` })), version: 7 });

test('messages whose length takes two, three and four bytes are written like the library does', () => {
  for (const seats of [0, 1, 30, 4000, 400_000]) {
    const [own, library] = [new BufferWriter(), new BinaryWriter()];
    for (const writer of [own, library]) GetSeatMapResponse.encode(seatMap(seats), writer.uint32(10).fork()).join();
    assert.ok(own.finish().equals(library.finish()), `${seats} seats`);
  }
});

test('every kind of field that the library can write comes out the same', () => {
  const calls: readonly ((writer: BinaryWriter) => BinaryWriter)[] = [
    (writer) => writer.tag(3, 2).bytes(new Uint8Array(300)).raw(new Uint8Array([1, 2])),
    (writer) => writer.fixed32(1).sfixed32(-1).float(1.5).double(-2.5),
    (writer) => writer.fixed64(2n ** 63n).sfixed64(-5).sint32(-7).sint64(-9).uint64('18446744073709551615'),
    (writer) => writer.int64(-(2n ** 63n)).int64('-1').int64(-1).bool(true).bool(false).string('가나다').uint32(2 ** 32 - 1),
  ];
  const hex = (writer: BinaryWriter): string => Buffer.from(writer.finish()).toString('hex');
  for (const call of calls) assert.equal(hex(call(new BufferWriter())), hex(call(new BinaryWriter())));
});

test('a writer overrides everything of the library that writes, so that none goes to another buffer', () => {
  const inherited = Object.getOwnPropertyNames(BinaryWriter.prototype).filter((name) => !Object.hasOwn(BufferWriter.prototype, name));
  assert.deepEqual(inherited.sort(), ['bytes', 'ensureCapacity', 'sint32', 'tag', 'view', 'writeVarint64'].sort());
});

test('a value that its field cannot carry is never sent', () => {
  for (const amount of [0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])
    assert.throws(() => encodeMessage(Money, { amount, currency: 'KRW' }), NotEncodable);
  for (const quantity of [1.5, 2 ** 31, -(2 ** 31) - 1])
    assert.throws(() => encodeMessage(ReserveSeatRequest, ReserveSeatRequest.create({ quantity })), NotEncodable);
  assert.throws(() => new BufferWriter().uint32(-1), NotEncodable);
  assert.throws(() => new BufferWriter().join(), NotEncodable);
});

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const MALFORMED = {
  'a text cut short': '12 05 41 42',
  'a text that is not UTF-8': '12 02 c3 28',
  'half of a surrogate pair': '12 03 ed a0 80',
  'a long text that is not UTF-8': `12 40 ${'41 '.repeat(63)} ff`,
  'a number without end': '08 ff ff ff ff ff ff ff ff ff ff ff 01',
  'an amount beyond 2^53 - 1': '08 80 80 80 80 80 80 80 10',
  'a tag of field 0': '00 12 01 41',
  'the end of a group that did not begin': '0c 12 01 41',
  'a wire type that does not exist': '0f 01',
};

for (const [what, hex] of Object.entries(MALFORMED)) {
  test(`malformed: ${what} is refused by name`, () => {
    assert.throws(() => decodeMessage(Money, bytesOf(hex)), MalformedMessage);
  });
}

test('the greatest amount is read, and what is unknown is passed over', () => {
  assert.deepEqual(decodeMessage(Money, bytesOf('08 ff ff ff ff ff ff ff 0f')), { amount: Number.MAX_SAFE_INTEGER, currency: '' });
  assert.deepEqual(decodeMessage(Money, bytesOf('a2 06 03 61 62 63 12 03 4b 52 57')), { amount: 0, currency: 'KRW' });
  assert.equal(decodeMessage(Seat, bytesOf('30 63')).status as number, 99);
});

test('arbitrary bytes are a message or malformed, and nothing else happens', () => {
  for (const { deserialize } of wires())
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          deserialize(Buffer.from(bytes));
        } catch (error) {
          assert.ok(error instanceof MalformedMessage);
        }
      }),
      RUNS,
    );
});

test('a key of a map cannot reach a prototype', () => {
  const GATEWAY = '/gateway.v1.GatewayService/CreateReservation';
  const { deserialize } = wires().find(({ type }) => type.typeName === 'gateway.v1.CreateReservationRequest') ?? assert.fail(GATEWAY);
  const header = Buffer.concat([bytesOf('0a 09'), Buffer.from('__proto__'), bytesOf('12 01 78')]);
  const metadata = Buffer.concat([Buffer.from([0x3a, header.length]), header]);
  const message = deserialize(Buffer.concat([Buffer.from([0x3a, metadata.length]), metadata]));
  assert.deepEqual(Reflect.get(Object(message), 'metadata')?.headers, new Map([['__proto__', 'x']]));
});
