import { isDeepStrictEqual } from 'node:util';
import { InvariantBreach } from '@traffic-tacos/kernel';
import type { Detail, FieldRule, Fields, Route } from './route.ts';
import { spellingOf, spellingOfDocument, toSnake, type Spelling } from './spelling.ts';
import type { Validate } from './validation.ts';

/** The named fields of one request, by camelCase name, and how the request spelled its keys. */
export interface ReadFields {
  readonly values: Record<string, unknown>;
  readonly spelling: Spelling | undefined;
  /** Every violation; empty when the values may be used. */
  readonly details: readonly Detail[];
}

export type FieldReader = (document: unknown) => ReadFields;

interface KnownKey {
  readonly name: string;
  readonly spelling: Spelling | undefined;
  readonly nullable: boolean;
  /** Each word of a field that takes them in any case, by its small letters. */
  readonly words: ReadonlyMap<string, string> | undefined;
}

const SPELLED_TWICE = 'is given more than once, with different values';

/**
 * A reader of one route's body or query: takes either spelling and every alias, ignores what is not named, and validates. A null counts
 * as absent unless the schema allows it, because many clients send their absent values that way. `check` adds what the values say
 * together.
 */
export function createFieldReader(fields: Fields, validate: Validate, check: Route['check'] = listNothing): FieldReader {
  const known = knownKeys(fields);
  // One shape for all requests of the route, so that handlers read their fields at a fixed offset.
  const blank: Readonly<Record<string, unknown>> = Object.fromEntries(Object.keys(fields).map((name) => [name, undefined]));

  return (document) => {
    const values: Record<string, unknown> = { ...blank };
    if (!isObject(document)) {
      return { values, spelling: spellingOfDocument(document), details: [{ field: 'body', reason: 'must be a JSON object' }] };
    }
    let spelling: Spelling | undefined;
    let conflicts: Detail[] | undefined;
    for (const key in document) {
      const member = document[key];
      const field = known.get(key);
      spelling ??= (field === undefined ? spellingOf(key) : field.spelling) ?? innerSpelling(member);
      if (field === undefined || member === undefined || (member === null && !field.nullable)) continue;
      const value = field.words === undefined ? member : spelledAsWord(field.words, member);
      const earlier = values[field.name];
      if (earlier === undefined) values[field.name] = value;
      else if (!isDeepStrictEqual(earlier, value)) (conflicts ??= []).push({ field: field.name, reason: SPELLED_TWICE });
    }
    return { values, spelling, details: inOneList(conflicts, validate(values), check(values)) };
  };
}

const NONE: readonly Detail[] = [];
const listNothing = (): readonly Detail[] => NONE;

/** Good requests are the many: they get the list that is there, and no new one. */
function inOneList(conflicts: readonly Detail[] | undefined, violations: readonly Detail[], contradictions: readonly Detail[]): readonly Detail[] {
  if (conflicts === undefined && contradictions.length === 0) return violations;
  return [...(conflicts ?? NONE), ...violations, ...contradictions];
}

function spelledAsWord(words: ReadonlyMap<string, string>, member: unknown): unknown {
  return typeof member === 'string' ? (words.get(member.toLowerCase()) ?? member) : member;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const innerSpelling = (member: unknown): Spelling | undefined =>
  typeof member === 'object' ? spellingOfDocument(member) : undefined;

function knownKeys(fields: Fields): ReadonlyMap<string, KnownKey> {
  const known = new Map<string, KnownKey>();
  for (const [name, rule] of Object.entries(fields)) {
    const nullable = allowsNull(rule.schema);
    const words = wordsOf(rule);
    for (const spelled of [name, ...(rule.aliases ?? [])]) {
      for (const key of new Set([spelled, toSnake(spelled)])) {
        if (key in {} || known.has(key)) throw new InvariantBreach(`two fields of a route share the key ${key}`);
        known.set(key, { name, spelling: spellingOf(key), nullable, words });
      }
    }
  }
  return known;
}

function wordsOf({ schema, anyCase }: FieldRule): ReadonlyMap<string, string> | undefined {
  if (anyCase !== true) return undefined;
  const listed = Array.isArray(schema['enum']) ? schema['enum'].filter((word): word is string => typeof word === 'string') : [];
  const words = new Map(listed.map((word) => [word.toLowerCase(), word]));
  if (words.size === 0 || words.size < listed.length) throw new InvariantBreach('a field without case must list words that differ by more than case');
  return words;
}

function allowsNull(schema: Readonly<Record<string, unknown>>): boolean {
  const { type } = schema;
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}
