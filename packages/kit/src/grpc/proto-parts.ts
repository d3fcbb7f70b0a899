import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type DescriptorProtoSchema,
  type FieldDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

/* The parts of .proto files that are written as data. */

export type Field = MessageInitShape<typeof FieldDescriptorProtoSchema>;
export type Message = MessageInitShape<typeof DescriptorProtoSchema>;

const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;

export const field = (number: number, name: string, type: FieldDescriptorProto_Type, more: Field = {}): Field => ({
  number,
  name,
  jsonName: name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
  type,
  label: OPTIONAL,
  ...more,
});

/** One field of the message's only choice between several. */
export const choice = (number: number, name: string, type: FieldDescriptorProto_Type, typeName = ''): Field =>
  field(number, name, type, { oneofIndex: 0, typeName });

export const list = (number: number, name: string, type: FieldDescriptorProto_Type, typeName = ''): Field =>
  field(number, name, type, { label: REPEATED, typeName });

export const message = (name: string, fields: readonly Field[], more: Message = {}): Message => ({ name, field: [...fields], ...more });

/** The message that stands for the entries of a map with texts for keys; `value` is its field 2. */
export const mapEntry = (name: string, value: Field): Message =>
  message(name, [field(1, 'key', FieldDescriptorProto_Type.STRING), value], { options: { mapEntry: true } });
