import { Ajv, type ErrorObject, type FuncKeywordDefinition, type ValidateFunction } from 'ajv';
import type { Detail, Fields } from './route.ts';

/** What is wrong with the fields of one request, by camelCase name; empty when they are right. */
export type Validate = (values: Record<string, unknown>) => readonly Detail[];

/** Violations that one answer lists; the last one counts the rest, so that a hostile body does not grow into a larger answer. */
const MAX_DETAILS = 100;

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i,
  email: /^[^\s@]{1,64}@[^\s@]{1,190}$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
};

const NONE: readonly Detail[] = [];

/**
 * Makes validators for the routes of one server. `coerce`: texts of a query string become the numbers and booleans that a schema asks
 * for.
 */
export function createValidation(coerce: boolean): (fields: Fields) => Validate {
  // The first violation ends the quick pass that good requests take; only bad ones pay for the full list.
  const quick = createAjv(coerce, false);
  const full = createAjv(coerce, true);
  return (fields) => {
    const schema = schemaOf(fields);
    const isValid = quick.compile(schema);
    let listAll: ValidateFunction | undefined;
    return (values) => {
      if (isValid(values)) return NONE;
      listAll ??= full.compile(schema);
      listAll(values);
      return listAll.errors === null || listAll.errors === undefined ? NONE : detailsOf(listAll.errors);
    };
  };
}

function createAjv(coerceTypes: boolean, allErrors: boolean): Ajv {
  const ajv = new Ajv({ coerceTypes, allErrors, formats: { ...FORMATS }, strict: true, strictRequired: false, allowUnionTypes: true });
  // The library's own check stops at the first pair of equal items; a client is told of every one.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: true, compile: compileUniqueItems });
  return ajv;
}

type DataValidateFunction = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>;

function compileUniqueItems(wanted: boolean): DataValidateFunction {
  const check: DataValidateFunction = (items: readonly unknown[]) => {
    const repeated = wanted ? repeatedItems(items) : NO_PLACES;
    check.errors = repeated.length === 0 ? [] : [{ keyword: 'uniqueItems', message: '', params: { repeated } }];
    return repeated.length === 0;
  };
  return check;
}

/** Below this many items comparing all pairs costs less than a set. */
const FEW = 12;

/** The places of all items that equal an earlier one. Items are compared as JSON values; lists of texts are the common case. */
function repeatedItems(items: readonly unknown[]): readonly number[] {
  if (items.length <= FEW && !hasRepeatedText(items)) return NO_PLACES;
  const seen = new Set<unknown>();
  const repeated: number[] = [];
  items.forEach((item, place) => {
    const identity = typeof item === 'object' ? JSON.stringify(item) : item;
    if (seen.has(identity)) repeated.push(place);
    seen.add(identity);
  });
  return repeated;
}

const NO_PLACES: readonly number[] = [];

/** True when there may be equal items: two equal texts, or anything that is not a text. */
function hasRepeatedText(items: readonly unknown[]): boolean {
  for (let i = 0; i < items.length; i++) {
    if (typeof items[i] !== 'string') return true;
    for (let j = 0; j < i; j++) if (items[i] === items[j]) return true;
  }
  return false;
}

function schemaOf(fields: Fields): Readonly<Record<string, unknown>> {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, rule]) => [name, rule.schema])),
    required: entries.filter(([, rule]) => rule.required === true).map(([name]) => name),
  };
}

function detailsOf(errors: readonly ErrorObject[]): readonly Detail[] {
  const details = errors.flatMap(detailsOfError);
  if (details.length <= MAX_DETAILS) return details;
  const shown = details.slice(0, MAX_DETAILS - 1);
  return [...shown, { field: '', reason: `${details.length - shown.length} more violations` }];
}

function detailsOfError(error: ErrorObject): readonly Detail[] {
  const field = fieldOf(error.instancePath);
  const params = error.params as { missingProperty?: string; repeated?: readonly number[]; allowedValues?: readonly unknown[] };
  if (params.missingProperty !== undefined) {
    return [{ field: field === '' ? params.missingProperty : `${field}.${params.missingProperty}`, reason: 'is required' }];
  }
  if (params.repeated !== undefined) {
    return params.repeated.map((place) => ({ field: `${field}[${place}]`, reason: 'is listed more than once' }));
  }
  if (params.allowedValues !== undefined) {
    return [{ field, reason: `must be one of ${params.allowedValues.map(String).join(', ')}` }];
  }
  return [{ field, reason: error.message ?? 'is not valid' }];
}

/** `/seatIds/2/row` → `seatIds[2].row`. */
function fieldOf(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}
