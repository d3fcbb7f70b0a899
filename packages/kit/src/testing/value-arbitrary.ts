import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;

const ODD_VALUES: readonly unknown[] = [null, '', 0, -1, 1.5, 2 ** 53, true, [], {}, '\ud800', '\u0000', '../..', "' OR 1=1 --"];

/** Mostly a value that the schema allows, so that most requests get past validation; now and then any JSON at all. */
export function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: allowedBy(schema), weight: 30 },
    { arbitrary: fc.constantFrom(...ODD_VALUES), weight: 1 },
    { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
  );
}

/** A value of the schema's type within its limits: at the edges as often as between them. */
function allowedBy(schema: Schema): fc.Arbitrary<unknown> {
  const { enum: choices, const: only } = schema;
  if (Array.isArray(choices)) return fc.constantFrom<unknown>(...(choices as readonly unknown[]));
  if (only !== undefined) return fc.constant(only);
  switch (schema['type']) {
    case 'integer':
      return fc.integer({ min: numberOf(schema, 'minimum', -1_000), max: Math.min(numberOf(schema, 'maximum', 1_000_000), 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: numberOf(schema, 'minimum', -1e6), max: numberOf(schema, 'maximum', 1e6), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return listOf(schema);
    case 'object':
      return fc.object({ maxDepth: 2 });
    case 'string':
      return textOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function listOf(schema: Schema): fc.Arbitrary<unknown> {
  const items = (schema['items'] ?? {}) as Schema;
  const minLength = numberOf(schema, 'minItems', 0);
  const maxLength = Math.max(minLength, Math.min(numberOf(schema, 'maxItems', 5), 5));
  const item = allowedBy(items);
  return schema['uniqueItems'] === true ? fc.uniqueArray(item, { minLength, maxLength }) : fc.array(item, { minLength, maxLength });
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const { pattern } = schema;
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
  const minLength = numberOf(schema, 'minLength', 0);
  const maxLength = Math.max(minLength, numberOf(schema, 'maxLength', 200));
  const usual = ['evt_2025_1001', 'A-12', 'x'].filter((text) => text.length >= minLength && text.length <= maxLength);
  const texts = fc.string({ minLength, maxLength, unit: 'binary' }).map((text) => text.toWellFormed());
  const longest = fc.constantFrom('y'.repeat(minLength), 'z'.repeat(Math.min(maxLength, 5_000)));
  return fc.oneof(...(usual.length === 0 ? [] : [fc.constantFrom(...usual)]), texts, longest);
}

function numberOf(schema: Schema, name: string, otherwise: number): number {
  const given = schema[name];
  return typeof given === 'number' ? given : otherwise;
}
