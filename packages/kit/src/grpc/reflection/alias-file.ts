import { create } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { encodeFile, type DescribedFile } from './descriptor-index.ts';

/**
 * A file that declares a service once more under another full name, with the methods and messages of the first. A client that asks by
 * reflection what `com.traffic_tacos.reservation.v1.ReservationService` is can call it by that name. Undefined when nothing describes the
 * service itself.
 */
export function aliasFile(files: readonly DescribedFile[], service: string, alias: string): DescribedFile | undefined {
  for (const { descriptor } of files) {
    const declared = descriptor.service.find(({ name }) => qualified(descriptor.package, name) === service);
    if (declared === undefined) continue;
    const dot = alias.lastIndexOf('.');
    return encodeFile(
      create(FileDescriptorProtoSchema, {
        name: `aliases/${alias}.proto`,
        package: alias.slice(0, Math.max(dot, 0)),
        syntax: descriptor.syntax,
        edition: descriptor.edition,
        dependency: [descriptor.name, ...descriptor.dependency],
        service: [{ name: alias.slice(dot + 1), method: declared.method }],
      }),
    );
  }
  return undefined;
}

const qualified = (pkg: string, name: string): string => (pkg === '' ? name : `${pkg}.${name}`);
