import { create, createFileRegistry, fromBinary, toBinary, type DescMethod, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { MethodDefinition } from '@grpc/grpc-js';
import { present } from '@traffic-tacos/kernel';

/** Methods whose codecs are made from descriptors. Slower than generated code, and enough for what is rarely called. */
export function definitionsOf(files: readonly FileDescriptorProto[]): DescribedMethods {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  return {
    /** The caller says what a method's messages look like; it has the descriptor. */
    method: <Request, Response>(service: string, name: string) => {
      const found = registry.getService(service)?.methods.find((method) => method.name === name);
      return definitionOf<Request, Response>(present(found, `there is no ${service}/${name}`), registry);
    },
  };
}

export interface DescribedMethods {
  method<Request, Response>(service: string, name: string): MethodDefinition<Request, Response>;
}

function definitionOf<Request, Response>(method: DescMethod, registry: FileRegistry): MethodDefinition<Request, Response> {
  const codec = <Type>(typeName: string) => {
    const schema = present(registry.getMessage(typeName), `there is no ${typeName}`);
    return {
      encode: (message: Type): Buffer => Buffer.from(toBinary(schema, create(schema, message as Record<string, unknown>))),
      decode: (bytes: Buffer): Type => fromBinary(schema, bytes) as Type,
    };
  };
  const request = codec<Request>(method.input.typeName);
  const response = codec<Response>(method.output.typeName);
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    originalName: method.name,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}
