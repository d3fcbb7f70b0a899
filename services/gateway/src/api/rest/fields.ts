import type { EdgeRequest } from '@traffic-tacos/kit';
import { invariant } from '@traffic-tacos/kernel';

type Values = EdgeRequest['body'];

/**
 * Reads of fields that the route's own rules have already checked: a value of another type means that the rule and the read
 * disagree, which is a bug and never the client's doing.
 */
export function text(values: Values, name: string): string {
  const value = values[name];
  invariant(typeof value === 'string', `the route must demand that ${name} is a string`);
  return value;
}

export function optionalText(values: Values, name: string): string | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  return text(values, name);
}

export function optionalNumber(values: Values, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  invariant(typeof value === 'number', `the route must demand that ${name} is a number`);
  return value;
}
