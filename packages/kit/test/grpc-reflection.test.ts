import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { Client } from '@grpc/grpc-js';
import { grpcService } from '../src/index.ts';
import { withGrpcServer } from '../src/testing.ts';
import { withClient } from './grpc/calls.ts';
import { reflectionMethod, type ReflectionAnswer, type ReflectionQuestion } from './grpc/published.ts';
import { SHOP_ALIAS, SHOP_AUTHZ, SHOP_DESCRIPTORS, SHOP_METHODS } from './grpc/shop.ts';

const SHOP = grpcService({ definition: SHOP_METHODS, handlers: {}, aliases: [SHOP_ALIAS] });
const VERSIONS = ['v1', 'v1alpha'] as const;
type Version = (typeof VERSIONS)[number];

type Reflect = (version: Version, ...questions: readonly ReflectionQuestion[]) => Promise<readonly ReflectionAnswer[]>;

/** Asks all questions on one stream. */
async function reflectWith(client: Client, version: Version, questions: readonly ReflectionQuestion[]): Promise<readonly ReflectionAnswer[]> {
  const { path, requestSerialize, responseDeserialize } = reflectionMethod(version);
  const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  for (const question of questions) stream.write(question);
  stream.end();
  const answers: ReflectionAnswer[] = [];
  for await (const answer of stream as AsyncIterable<ReflectionAnswer>) answers.push(answer);
  return answers;
}

const withShop = <T>(body: (reflect: Reflect, address: string) => Promise<T>, descriptors = SHOP_DESCRIPTORS): Promise<T> =>
  withGrpcServer({ services: [SHOP], authz: SHOP_AUTHZ, descriptors }, ({ address }) =>
    withClient(address, (client) => body((version, ...questions) => reflectWith(client, version, questions), address)),
  );

const filesOf = (answer: ReflectionAnswer | undefined): readonly FileDescriptorProto[] =>
  (answer?.file_descriptor_response?.file_descriptor_proto ?? []).map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));

const pathsOf = (answer: ReflectionAnswer | undefined): readonly string[] => filesOf(answer).map(({ name }) => name);

const SHOP_PATHS = ['proto/shop/v1/shop.proto', 'proto/base/v1/errors.proto'];

test('reflection lists every service by every name that it answers to, in both versions', async () => {
  await withShop(async (reflect) => {
    for (const version of VERSIONS) {
      const [answer] = await reflect(version, { list_services: '*' });
      assert.deepEqual(
        answer?.list_services_response?.service.map(({ name }) => name),
        [SHOP_ALIAS, 'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection', 'shop.v1.Shop'],
        version,
      );
    }
  });
});

test('reflection gives files by path and by every kind of name, with what they import, in the bytes that they were built with', async () => {
  const given = fromBinary(FileDescriptorSetSchema, SHOP_DESCRIPTORS).file;
  await withShop(async (reflect) => {
    for (const version of VERSIONS) {
      const names = ['shop.v1.Shop', 'shop.v1.Shop.Buy', 'shop.v1.Ask', 'shop.v1.Ask.seat_ids'];
      const answers = await reflect(version, { file_by_filename: SHOP_PATHS[0] ?? '' }, ...names.map((name) => ({ file_containing_symbol: name })));
      for (const answer of answers) assert.deepEqual(pathsOf(answer), SHOP_PATHS);
      assert.deepEqual(filesOf(answers[0]), [...given].reverse());
      const [errors] = await reflect(version, { file_containing_symbol: 'base.v1.Error' });
      assert.deepEqual(pathsOf(errors), ['proto/base/v1/errors.proto']);
    }
  });
});

test('reflection describes health and reflection themselves, their choices and values too', async () => {
  await withShop(async (reflect) => {
    const symbols = ['grpc.health.v1.Health', 'grpc.health.v1.HealthCheckResponse.SERVING', 'grpc.reflection.v1.ServerReflectionRequest.message_request'];
    const paths = ['grpc/health/v1/health.proto', 'grpc/health/v1/health.proto', 'grpc/reflection/v1/reflection.proto'];
    const answers = await reflect('v1', ...symbols.map((symbol) => ({ file_containing_symbol: symbol })));
    assert.deepEqual(answers.map((answer) => pathsOf(answer)[0]), paths);
  });
});

test('reflection describes a long name as a service with the same methods and messages', async () => {
  await withShop(async (reflect) => {
    const [answer] = await reflect('v1', { file_containing_symbol: SHOP_ALIAS });
    const [file, ...rest] = filesOf(answer);
    assert.deepEqual([file?.package, file?.service[0]?.name, rest.map(({ name }) => name)], ['com.traffic_tacos.shop.v1', 'Shop', SHOP_PATHS]);
    assert.deepEqual(
      file?.service[0]?.method.map(({ name, inputType }) => `${name} ${inputType}`),
      rest[0]?.service[0]?.method.map(({ name, inputType }) => `${name} ${inputType}`),
    );
  });
});

test('reflection says what was not found, and goes on answering on the same stream', async () => {
  await withShop(async (reflect) => {
    const answers = await reflect(
      'v1',
      { file_by_filename: 'proto/none.proto' },
      { file_containing_symbol: 'shop.v1.None' },
      { file_containing_extension: { containing_type: 'shop.v1.Ask', extension_number: 5 } },
      { all_extension_numbers_of_type: 'shop.v1.None' },
      {},
      { all_extension_numbers_of_type: 'shop.v1.Ask' },
    );
    assert.deepEqual(answers.map(({ error_response: error }) => error?.error_code), [5, 5, 5, 5, 3, undefined]);
    assert.match(answers[1]?.error_response?.error_message ?? '', /not found/);
    assert.deepEqual(answers[5]?.all_extension_numbers_response, { base_type_name: 'shop.v1.Ask', extension_number: [] });
  });
});

test('descriptors that are none keep the server from starting', async () => {
  await assert.rejects(withShop(async () => undefined, new Uint8Array([0x0a, 0x05, 0x01])), { name: 'BadDescriptors' });
});

test('S20: a reflection stream that nobody ends holds nothing up', async () => {
  const { path, requestSerialize, responseDeserialize } = reflectionMethod('v1');
  await withGrpcServer({ services: [SHOP], authz: SHOP_AUTHZ, descriptors: SHOP_DESCRIPTORS }, ({ address, server, logLines }) =>
    withClient(address, async (client) => {
      const left = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
      const kept = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
      const ended = Promise.withResolvers<void>();
      for (const stream of [left, kept]) {
        stream.on('error', () => (stream === kept ? ended.resolve() : undefined));
        stream.write({ list_services: '*' });
        await new Promise((resolve) => stream.once('data', resolve));
      }
      left.cancel();
      assert.deepEqual(await server.close(30_000), { kind: 'drained' });
      await ended.promise;
      assert.deepEqual(logLines.filter(({ level }) => level === 'error' || level === 'warn'), []);
    }),
  );
});
