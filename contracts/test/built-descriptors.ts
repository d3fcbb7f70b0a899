import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { CONTRACTS } from '../src/tools/buf.ts';

/**
 * The descriptors that were built from the .proto files. They are committed, so that they are there without a compiler; another test
 * builds them again and compares.
 */
export function builtDescriptors(): FileDescriptorSet {
  return fromBinary(FileDescriptorSetSchema, readFileSync(join(CONTRACTS, 'gen', 'descriptors.binpb')));
}
