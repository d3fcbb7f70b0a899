import { status } from '@grpc/grpc-js';
import type { DescribedMethods } from '../described-methods.ts';
import { builtinProtos } from '../builtin-protos.ts';
import { errorDetailProtos } from '../error-detail-protos.ts';
import { grpcService, type GrpcService } from '../server/grpc-service.ts';
import { aliasFile } from './alias-file.ts';
import { decodeFile, DescriptorIndex, encodeFile, splitDescriptorSet } from './descriptor-index.ts';

const VERSIONS = ['v1', 'v1alpha'] as const;

type Question =
  | { readonly case: 'fileByFilename' | 'fileContainingSymbol' | 'allExtensionNumbersOfType' | 'listServices'; readonly value: string }
  | { readonly case: 'fileContainingExtension'; readonly value: { readonly containingType: string; readonly extensionNumber: number } }
  | { readonly case: undefined };

interface ReflectionRequest {
  readonly host: string;
  readonly messageRequest: Question;
}

type ReflectionAnswer =
  | { readonly case: 'fileDescriptorResponse'; readonly value: { readonly fileDescriptorProto: readonly Uint8Array[] } }
  | {
      readonly case: 'allExtensionNumbersResponse';
      readonly value: { readonly baseTypeName: string; readonly extensionNumber: readonly number[] };
    }
  | { readonly case: 'listServicesResponse'; readonly value: { readonly service: readonly { readonly name: string }[] } }
  | { readonly case: 'errorResponse'; readonly value: { readonly errorCode: number; readonly errorMessage: string } };

interface ReflectionResponse {
  readonly validHost: string;
  readonly originalRequest: ReflectionRequest;
  readonly messageResponse: ReflectionAnswer;
}

export const REFLECTION_SERVICES: readonly string[] = VERSIONS.map((version) => `grpc.reflection.${version}.ServerReflection`);

/** A service by its full name, and the other names that it answers to. */
export interface NamedService {
  readonly name: string;
  readonly aliases: readonly string[];
}

/**
 * Reflection in both published versions, over a serialized FileDescriptorSet. Files go out with the bytes and under the paths that they
 * were built with, so that clients resolve imports as they do with the files themselves. `services` are those that the server answers.
 */
export function createReflectionServices(
  definitions: DescribedMethods,
  descriptors: Uint8Array,
  services: readonly NamedService[],
): readonly GrpcService[] {
  const given = splitDescriptorSet(descriptors);
  let made: DescriptorIndex | undefined;
  const index = (): DescriptorIndex => (made ??= createIndex(given, services));
  const names = services.flatMap(({ name, aliases }) => [name, ...aliases]).sort();

  async function* answers(requests: AsyncIterable<ReflectionRequest>): AsyncGenerator<ReflectionResponse> {
    for await (const request of requests) {
      const messageResponse = answer(index(), names, request.messageRequest);
      yield { validHost: request.host, originalRequest: request, messageResponse };
    }
  }
  return REFLECTION_SERVICES.map((service) =>
    grpcService({
      definition: {
        info: {
          ...definitions.method<ReflectionRequest, ReflectionResponse>(service, 'ServerReflectionInfo'),
          requestStream: true,
          responseStream: true,
        },
      },
      handlers: { info: answers },
    }),
  );
}

/** Made for the first question: it takes some 20 ms, and most servers are never asked. */
function createIndex(given: readonly Uint8Array[], services: readonly NamedService[]): DescriptorIndex {
  const files = [...given.map(decodeFile), ...[...builtinProtos(), ...errorDetailProtos()].map(encodeFile)];
  const aliases = services.flatMap(({ name, aliases: others }) => others.map((alias) => aliasFile(files, name, alias)));
  return new DescriptorIndex([...files, ...aliases.filter((file) => file !== undefined)]);
}

function answer(index: DescriptorIndex, names: readonly string[], question: Question): ReflectionAnswer {
  switch (question.case) {
    case 'fileByFilename':
      return filesFrom(index.filesAt(question.value), 'the file');
    case 'fileContainingSymbol':
      return filesFrom(index.filesWith(question.value), 'the symbol');
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = question.value;
      return filesFrom(index.filesExtending(containingType, extensionNumber), 'the extension');
    }
    case 'allExtensionNumbersOfType': {
      const numbers = index.extensionsOf(question.value);
      if (numbers === undefined) return refused(status.NOT_FOUND, 'the type was not found');
      return { case: 'allExtensionNumbersResponse', value: { baseTypeName: question.value, extensionNumber: numbers } };
    }
    case 'listServices':
      return { case: 'listServicesResponse', value: { service: names.map((name) => ({ name })) } };
    case undefined:
      return refused(status.INVALID_ARGUMENT, 'the request asks nothing');
  }
}

function filesFrom(files: readonly Uint8Array[] | undefined, what: string): ReflectionAnswer {
  if (files === undefined) return refused(status.NOT_FOUND, `${what} was not found`);
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: files } };
}

const refused = (errorCode: status, errorMessage: string): ReflectionAnswer => ({ case: 'errorResponse', value: { errorCode, errorMessage } });
