import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadSync, type Options } from '@grpc/proto-loader';

/*
 * Methods of published services, with codecs that another library makes from .proto texts: what the kit says about itself is read by
 * somebody who has it from elsewhere.
 */

const OPTIONS: Options = { defaults: true, enums: String, oneofs: true, keepCase: true };

function load<Request extends object, Response extends object>(file: string, service: string, name: string): MethodDefinition<Request, Response> {
  const definition = loadSync(fileURLToPath(new URL(`./protos/${file}`, import.meta.url)), OPTIONS)[service];
  assert.ok(definition !== undefined && !('format' in definition), `${file} declares ${service}`);
  const method = definition[name];
  assert.ok(method !== undefined, `${service} has ${name}`);
  return {
    ...method,
    requestDeserialize: (bytes) => method.requestDeserialize(bytes) as Request,
    responseDeserialize: (bytes) => method.responseDeserialize(bytes) as Response,
  };
}

interface HealthRequest {
  readonly service: string;
}

interface HealthStatus {
  readonly status: string;
}

const HEALTH = 'grpc.health.v1.Health';

export const healthMethods = () => ({
  check: load<HealthRequest, HealthStatus>('health.proto', HEALTH, 'Check'),
  list: load<object, { readonly statuses: Readonly<Record<string, HealthStatus>> }>('health.proto', HEALTH, 'List'),
  watch: load<HealthRequest, HealthStatus>('health.proto', HEALTH, 'Watch'),
});

export interface ReflectionQuestion {
  readonly file_by_filename?: string;
  readonly file_containing_symbol?: string;
  readonly file_containing_extension?: { readonly containing_type: string; readonly extension_number: number };
  readonly all_extension_numbers_of_type?: string;
  readonly list_services?: string;
}

export interface ReflectionAnswer {
  readonly message_response: string;
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
  readonly all_extension_numbers_response?: { readonly base_type_name: string; readonly extension_number: readonly number[] };
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly error_response?: { readonly error_code: number; readonly error_message: string };
}

export const reflectionMethod = (version: 'v1' | 'v1alpha'): MethodDefinition<ReflectionQuestion, ReflectionAnswer> =>
  load(`reflection-${version}.proto`, `grpc.reflection.${version}.ServerReflection`, 'ServerReflectionInfo');
