import fc, { type Arbitrary } from 'fast-check';
import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';

/** Any message of a type, in the form of the generated code: lists, maps, messages that are there or not, numbers at their edges. */
export function messageArbitrary(type: DescMessage): Arbitrary<Readonly<Record<string, unknown>>> {
  return fc.record(Object.fromEntries(type.fields.map((field) => [field.localName, fieldArbitrary(field)])), { noNullPrototype: true });
}

function fieldArbitrary(field: DescField): Arbitrary<unknown> {
  switch (field.fieldKind) {
    case 'map':
      return fc.array(fc.tuple(TEXT, elementArbitrary(field)), { maxLength: 3 }).map((entries) => new Map(entries));
    case 'list':
      return fc.array(elementArbitrary(field), { maxLength: 4 });
    case 'message':
      return fc.option(elementArbitrary(field), { nil: undefined });
    default:
      return elementArbitrary(field);
  }
}

function elementArbitrary(field: DescField): Arbitrary<unknown> {
  if (field.message !== undefined) return messageArbitrary(field.message);
  if (field.enum !== undefined) return fc.constantFrom(...field.enum.values.map(({ number }) => number));
  const scalar = SCALARS[field.scalar ?? 0];
  if (scalar === undefined) throw new TypeError(`no values for ${field.parent.typeName}.${field.name}`);
  return scalar;
}

/** Short and long, plain and not, with what UTF-16 may hold by halves left out: those cannot be sent. */
const TEXT = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 45 }),
  fc.constantFrom('', 'x'.repeat(40), 'x'.repeat(41), 'x'.repeat(127), 'x'.repeat(128), '좌석'.repeat(60), '🎫'.repeat(300)),
);

/** A zero is not written at all, so its sign is lost. */
const withoutSignOfZero = (value: number): number => (value === 0 ? 0 : value);

const SCALARS: Readonly<Record<number, Arbitrary<unknown>>> = {
  [ScalarType.STRING]: TEXT,
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.INT32]: fc.oneof(fc.integer(), fc.constantFrom(0, 127, 128, 16_383, 16_384, -1, -(2 ** 31), 2 ** 31 - 1)),
  [ScalarType.INT64]: fc.oneof(
    fc.maxSafeInteger(),
    fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32, -1, -(2 ** 31), -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
  ),
  [ScalarType.FLOAT]: fc.float({ noNaN: true }).map(withoutSignOfZero),
  [ScalarType.DOUBLE]: fc.double({ noNaN: true }).map(withoutSignOfZero),
};
