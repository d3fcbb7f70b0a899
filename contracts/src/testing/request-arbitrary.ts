import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Arbitrary } from 'fast-check';
import { readDescriptorSet } from '../descriptors.ts';
import { messageArbitrary } from './message-arbitrary.ts';

/** No service of the contract has such a method. */
class UnknownMethod extends Error {
  override readonly name = 'UnknownMethod';
}

/** Any request of the method at a path (`/package.Service/Method`). */
export function requestArbitrary(path: string): Arbitrary<Readonly<Record<string, unknown>>> {
  const [service = '', method = ''] = path.slice(1).split('/');
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readDescriptorSet()));
  const found = registry.getService(service)?.methods.find(({ name }) => name === method);
  if (found === undefined) throw new UnknownMethod(path);
  return messageArbitrary(found.input);
}
