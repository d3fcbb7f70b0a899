import type { EdgeRequest, FieldRule } from '@traffic-tacos/kit';
import { invariant, parseId, present, type PaymentIntentId, type UserId } from '@traffic-tacos/kernel';

type Values = EdgeRequest['body'];

/**
 * Reads of fields that the route's own rules have checked: a value of another type means that the rule and the read disagree,
 * which is a bug and never the client's doing.
 */
export function text(values: Values, name: string): string {
  const value = values[name];
  invariant(typeof value === 'string', `the route must demand that ${name} is a text`);
  return value;
}

export const optionalText = (values: Values, name: string): string | undefined =>
  values[name] === undefined ? undefined : text(values, name);

export function wholeNumber(values: Values, name: string): number {
  const value = values[name];
  invariant(Number.isSafeInteger(value) && typeof value === 'number', `the route must demand that ${name} is a whole number`);
  return value;
}

export const optionalWholeNumber = (values: Values, name: string): number | undefined =>
  values[name] === undefined ? undefined : wholeNumber(values, name);

export function optionalFlag(values: Values, name: string): boolean | undefined {
  const value = values[name];
  invariant(value === undefined || typeof value === 'boolean', `the route must demand that ${name} is true or false`);
  return value;
}

/** A field that takes one of the words, in any case. */
export const oneOf = (words: readonly string[]): FieldRule => ({ schema: { type: 'string', enum: words }, anyCase: true });

/** Reads what `oneOf` let through. */
export function optionalWord<Word extends string>(values: Values, name: string, words: readonly Word[]): Word | undefined {
  const value = optionalText(values, name)?.toLowerCase();
  return value === undefined ? undefined : present(words.find((word) => word.toLowerCase() === value), `the route must check ${name}`);
}

/** The caller of a route that demands one. */
export const callerId = (request: EdgeRequest): UserId => present(request.caller, 'the route must demand a caller').userId;

/** The intent that the path names; undefined when the text is the id of none. */
export function intentIdOf(request: EdgeRequest): PaymentIntentId | undefined {
  const id = present(request.params['id'], 'the path must have an id');
  return isIntentId(id) ? id : undefined;
}

export const isIntentId = (text: string): text is PaymentIntentId => parseId('pay', text) !== undefined;

/** The greatest amount that stays exact. */
export const AMOUNT_SCHEMA = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
export const CURRENCY_SCHEMA = { type: 'string', pattern: '^[A-Z]{3}$' } as const;
