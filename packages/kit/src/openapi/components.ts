import { isDeepStrictEqual } from 'node:util';
import { InvariantBreach } from '@traffic-tacos/kernel';
import { toSnake, type Spelling } from '../http/spelling.ts';
import type { Schema } from './shapes.ts';

/** Rewrites JSON Schema into the dialect of OpenAPI 3.0.3, and gathers the schemas and responses that have names of their own. */
export interface Components {
  /** The schema as it stands in the document: a reference where it has a name. */
  schema(schema: Schema): Schema;
  /** A reference to a response under this name, which is made when it is met first. Two responses of one name are the same. */
  response(name: string, make: () => Schema): Schema;
  /** Those with names, in the order in which they were met. */
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly responses: Readonly<Record<string, Schema>>;
}

/** Keywords that mean the same in both dialects. */
const KEPT: ReadonlySet<string> = new Set([
  'description', 'enum', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems', 'default',
]);

/**
 * Names of members are spelled as the server's answers are. Throws `InvariantBreach` on a keyword that OpenAPI 3.0.3 does not have, and on
 * two different schemas of one name: bugs, found at the start.
 */
export function createComponents(spelling: Spelling): Components {
  const schemas: Record<string, Schema> = {};
  const sources = new Map<string, Schema>();
  const spell = (name: string): string => (spelling === 'snake' ? toSnake(name) : name);

  const translate = (schema: Schema): Schema => Object.fromEntries(Object.entries(schema).flatMap(([keyword, value]) => translated(keyword, value)));

  const translated = (keyword: string, value: unknown): readonly (readonly [string, unknown])[] => {
    if (KEPT.has(keyword)) return [[keyword, value]];
    switch (keyword) {
      case 'title':
        return [];
      case 'type':
        return typesOf(value);
      case 'const':
        return [['enum', [value]]];
      case 'examples':
        return [['example', (value as readonly unknown[])[0]]];
      case 'items':
        return [['items', schemaOf(value as Schema)]];
      case 'additionalProperties':
        return [['additionalProperties', typeof value === 'object' ? schemaOf(value as Schema) : value]];
      case 'required':
        return (value as readonly string[]).length === 0 ? [] : [['required', (value as readonly string[]).map(spell)]];
      case 'properties':
        return [['properties', membersOf(value as Readonly<Record<string, Schema>>)]];
      case 'oneOf':
      case 'allOf':
        return [[keyword, (value as readonly Schema[]).map(schemaOf)]];
      default:
        throw new InvariantBreach(`a schema uses ${keyword}, which the OpenAPI document cannot say`);
    }
  };

  const membersOf = (members: Readonly<Record<string, Schema>>): Schema =>
    Object.fromEntries(Object.entries(members).map(([name, member]) => [spell(name), schemaOf(member)]));

  const schemaOf = (schema: Schema): Schema => {
    const { title } = schema;
    if (typeof title !== 'string') return translate(schema);
    const known = sources.get(title);
    if (known === undefined) {
      sources.set(title, schema);
      schemas[title] = translate(schema);
    } else if (!isDeepStrictEqual(known, schema)) throw new InvariantBreach(`two schemas are called ${title}`);
    return { $ref: `#/components/schemas/${title}` };
  };

  const responses: Record<string, Schema> = {};
  const response = (name: string, make: () => Schema): Schema => {
    responses[name] ??= make();
    return { $ref: `#/components/responses/${name}` };
  };

  return { schema: schemaOf, schemas, response, responses };
}

/** OpenAPI 3.0.3 has one type for a schema, and a word of its own for null. */
function typesOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(value)) return [['type', value]];
  const [type, ...others] = value.filter((one) => one !== 'null');
  if (others.length > 0) throw new InvariantBreach('a schema allows several types, which the OpenAPI document cannot say');
  return [['type', type], ['nullable', value.includes('null')]];
}
