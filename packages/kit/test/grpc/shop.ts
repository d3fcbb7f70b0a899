import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type FieldDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { definitionsOf } from '../../src/grpc/described-methods.ts';
import type { AuthzTable, CallerKind } from '../../src/index.ts';

/*
 * A small contract for tests, in two files of which one imports the other: a shop with a method for each kind of caller and each kind of
 * stream. Its codecs leave out what is not set, as generated ones do not, so `error` is added here.
 */

const { STRING, INT32, MESSAGE } = FieldDescriptorProto_Type;
const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;

type Field = MessageInitShape<typeof FieldDescriptorProtoSchema>;

const field = (number: number, name: string, type: FieldDescriptorProto_Type, more: Field = {}): Field => ({ number, name, type, label: OPTIONAL, ...more });

const ERRORS = create(FileDescriptorProtoSchema, {
  name: 'proto/base/v1/errors.proto',
  package: 'base.v1',
  syntax: 'proto3',
  messageType: [
    {
      name: 'Error',
      field: [
        field(1, 'code', INT32),
        field(2, 'message', STRING),
        field(3, 'trace_id', STRING),
        field(4, 'details', MESSAGE, { typeName: '.base.v1.ErrorDetail', label: REPEATED }),
      ],
    },
    { name: 'ErrorDetail', field: [field(1, 'field', STRING), field(2, 'reason', STRING), field(3, 'value', STRING)] },
  ],
});

const method = (name: string, more = {}): object => ({ name, inputType: '.shop.v1.Ask', outputType: '.shop.v1.Answer', ...more });
const METHODS = ['Look', 'Greet', 'Buy', 'Restock', 'Close', 'Missing'];

const SHOP = create(FileDescriptorProtoSchema, {
  name: 'proto/shop/v1/shop.proto',
  package: 'shop.v1',
  syntax: 'proto3',
  dependency: [ERRORS.name],
  messageType: [
    {
      name: 'Ask',
      field: [
        field(1, 'user_id', STRING),
        field(2, 'text', STRING),
        field(3, 'idempotency_key', STRING),
        field(4, 'seat_ids', STRING, { label: REPEATED }),
      ],
    },
    { name: 'Answer', field: [field(1, 'text', STRING), field(2, 'error', MESSAGE, { typeName: '.base.v1.Error' })] },
  ],
  service: [{ name: 'Shop', method: [...METHODS.map((name) => method(name)), method('Watch', { serverStreaming: true })] }],
});

/** The files as a build hands them over. */
export const SHOP_DESCRIPTORS: Uint8Array = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [ERRORS, SHOP] }));

export interface Ask {
  readonly userId?: string;
  readonly text?: string;
  readonly idempotencyKey?: string;
  readonly seatIds?: readonly string[];
}

export interface ShopError {
  readonly code: number;
  readonly message: string;
  readonly traceId: string;
  readonly details: readonly { readonly field: string; readonly reason: string; readonly value: string }[];
}

export interface Answer {
  readonly text: string;
  readonly error?: ShopError | undefined;
}

const described = definitionsOf([ERRORS, SHOP]);

const rpc = (name: string) => {
  const definition = described.method<Ask, Answer>('shop.v1.Shop', name);
  const responseDeserialize = (bytes: Buffer): Answer => {
    const { text, error } = definition.responseDeserialize(bytes);
    return { text, error };
  };
  return { ...definition, responseDeserialize };
};

export const SHOP_METHODS = {
  look: rpc('Look'),
  greet: rpc('Greet'),
  buy: rpc('Buy'),
  restock: rpc('Restock'),
  close: rpc('Close'),
  missing: rpc('Missing'),
  watch: { ...rpc('Watch'), responseStream: true as const },
};

export const SHOP_ALIAS = 'com.traffic_tacos.shop.v1.Shop';

const CALLERS: Readonly<Record<string, readonly CallerKind[]>> = {
  '/shop.v1.Shop/Look': ['anyone'],
  '/shop.v1.Shop/Greet': ['anyone'],
  '/shop.v1.Shop/Buy': ['user', 'service'],
  '/shop.v1.Shop/Restock': ['service'],
  '/shop.v1.Shop/Close': ['admin'],
  '/shop.v1.Shop/Missing': ['user'],
  '/shop.v1.Shop/Watch': ['anyone'],
};

export const SHOP_AUTHZ: AuthzTable = { of: (path) => (Object.hasOwn(CALLERS, path) ? new Set(CALLERS[path]) : undefined) };
