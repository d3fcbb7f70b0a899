import { create } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { choice, field, list, mapEntry, message, type Message } from './proto-parts.ts';

/*
 * The published contracts of health checking and of reflection, as data: clients are told them by reflection, and our own codecs for these
 * messages are made from them, so that the two cannot differ. Names and numbers are those of grpc/health/v1/health.proto and
 * grpc/reflection/v1/reflection.proto.
 */

const { STRING, INT32, BYTES, ENUM, MESSAGE } = FieldDescriptorProto_Type;

function healthProto(): FileDescriptorProto {
  const at = (name: string): string => `.grpc.health.v1.${name}`;
  const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
  return create(FileDescriptorProtoSchema, {
    name: 'grpc/health/v1/health.proto',
    package: 'grpc.health.v1',
    syntax: 'proto3',
    messageType: [
      message('HealthCheckRequest', [field(1, 'service', STRING)]),
      message('HealthCheckResponse', [field(1, 'status', ENUM, { typeName: at('HealthCheckResponse.ServingStatus') })], {
        enumType: [{ name: 'ServingStatus', value: statuses.map((name, number) => ({ name, number })) }],
      }),
      message('HealthListRequest', []),
      message('HealthListResponse', [list(1, 'statuses', MESSAGE, at('HealthListResponse.StatusesEntry'))], {
        nestedType: [mapEntry('StatusesEntry', field(2, 'value', MESSAGE, { typeName: at('HealthCheckResponse') }))],
      }),
    ],
    service: [
      {
        name: 'Health',
        method: [
          { name: 'Check', inputType: at('HealthCheckRequest'), outputType: at('HealthCheckResponse') },
          { name: 'List', inputType: at('HealthListRequest'), outputType: at('HealthListResponse') },
          { name: 'Watch', inputType: at('HealthCheckRequest'), outputType: at('HealthCheckResponse'), serverStreaming: true },
        ],
      },
    ],
  });
}

/** The two published versions differ in nothing but their package. */
function reflectionProto(version: 'v1' | 'v1alpha'): FileDescriptorProto {
  const at = (name: string): string => `.grpc.reflection.${version}.${name}`;
  return create(FileDescriptorProtoSchema, {
    name: `grpc/reflection/${version}/reflection.proto`,
    package: `grpc.reflection.${version}`,
    syntax: 'proto3',
    messageType: reflectionMessages(at),
    service: [
      {
        name: 'ServerReflection',
        method: [
          {
            name: 'ServerReflectionInfo',
            inputType: at('ServerReflectionRequest'),
            outputType: at('ServerReflectionResponse'),
            clientStreaming: true,
            serverStreaming: true,
          },
        ],
      },
    ],
  });
}

const reflectionMessages = (at: (name: string) => string): Message[] => [
  message(
    'ServerReflectionRequest',
    [
      field(1, 'host', STRING),
      choice(3, 'file_by_filename', STRING),
      choice(4, 'file_containing_symbol', STRING),
      choice(5, 'file_containing_extension', MESSAGE, at('ExtensionRequest')),
      choice(6, 'all_extension_numbers_of_type', STRING),
      choice(7, 'list_services', STRING),
    ],
    { oneofDecl: [{ name: 'message_request' }] },
  ),
  message('ExtensionRequest', [field(1, 'containing_type', STRING), field(2, 'extension_number', INT32)]),
  message(
    'ServerReflectionResponse',
    [
      field(1, 'valid_host', STRING),
      field(2, 'original_request', MESSAGE, { typeName: at('ServerReflectionRequest') }),
      choice(4, 'file_descriptor_response', MESSAGE, at('FileDescriptorResponse')),
      choice(5, 'all_extension_numbers_response', MESSAGE, at('ExtensionNumberResponse')),
      choice(6, 'list_services_response', MESSAGE, at('ListServiceResponse')),
      choice(7, 'error_response', MESSAGE, at('ErrorResponse')),
    ],
    { oneofDecl: [{ name: 'message_response' }] },
  ),
  message('FileDescriptorResponse', [list(1, 'file_descriptor_proto', BYTES)]),
  message('ExtensionNumberResponse', [field(1, 'base_type_name', STRING), list(2, 'extension_number', INT32)]),
  message('ListServiceResponse', [list(1, 'service', MESSAGE, at('ServiceResponse'))]),
  message('ServiceResponse', [field(1, 'name', STRING)]),
  message('ErrorResponse', [field(1, 'error_code', INT32), field(2, 'error_message', STRING)]),
];

/** The files of the services that every server has besides its own. */
export function builtinProtos(): readonly FileDescriptorProto[] {
  return [healthProto(), reflectionProto('v1'), reflectionProto('v1alpha')];
}
