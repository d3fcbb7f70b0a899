import { create } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Type,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  FileDescriptorProtoSchema,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { field, list, mapEntry, message } from './proto-parts.ts';

const { STRING, INT32, MESSAGE } = FieldDescriptorProto_Type;
const at = (name: string): string => `.google.rpc.${name}`;

/**
 * What the details of a status are made of, for clients that learn of it by reflection alone and would otherwise show bytes. Only the messages
 * that rpc-status.ts writes; names and numbers are those of google/rpc/status.proto and google/rpc/error_details.proto.
 */
export function errorDetailProtos(): readonly FileDescriptorProto[] {
  const status = create(FileDescriptorProtoSchema, {
    name: 'google/rpc/status.proto',
    package: 'google.rpc',
    syntax: 'proto3',
    dependency: [file_google_protobuf_any.proto.name],
    messageType: [
      message('Status', [field(1, 'code', INT32), field(2, 'message', STRING), list(3, 'details', MESSAGE, '.google.protobuf.Any')]),
    ],
  });
  const details = create(FileDescriptorProtoSchema, {
    name: 'google/rpc/error_details.proto',
    package: 'google.rpc',
    syntax: 'proto3',
    dependency: [file_google_protobuf_duration.proto.name],
    messageType: [
      message('ErrorInfo', [field(1, 'reason', STRING), field(2, 'domain', STRING), list(3, 'metadata', MESSAGE, at('ErrorInfo.MetadataEntry'))], {
        nestedType: [mapEntry('MetadataEntry', field(2, 'value', STRING))],
      }),
      message('RetryInfo', [field(1, 'retry_delay', MESSAGE, { typeName: '.google.protobuf.Duration' })]),
      message('RequestInfo', [field(1, 'request_id', STRING), field(2, 'serving_data', STRING)]),
      message('BadRequest', [list(1, 'field_violations', MESSAGE, at('BadRequest.FieldViolation'))], {
        nestedType: [message('FieldViolation', [field(1, 'field', STRING), field(2, 'description', STRING)])],
      }),
      message('PreconditionFailure', [list(1, 'violations', MESSAGE, at('PreconditionFailure.Violation'))], {
        nestedType: [message('Violation', [field(1, 'type', STRING), field(2, 'subject', STRING), field(3, 'description', STRING)])],
      }),
    ],
  });
  return [status, details, file_google_protobuf_any.proto, file_google_protobuf_duration.proto];
}
