import type { Caller, EdgeRequest } from '@traffic-tacos/kit';
import { invariant, present } from '@traffic-tacos/kernel';
import type { Call, KeyedCall } from '../../ports/call.ts';

type Values = EdgeRequest['body'];

/**
 * Reads of fields that the route's own rules have already checked: a value of another type means that the rule and the read
 * disagree, which is a bug and never the client's doing.
 */
export function text(values: Values, name: string): string {
  const value = values[name];
  invariant(typeof value === 'string', 'the route must demand a string');
  return value;
}

export function optionalText(values: Values, name: string): string | undefined {
  const value = values[name];
  invariant(value === undefined || typeof value === 'string', 'the route must demand a string');
  return value;
}

export function number(values: Values, name: string): number {
  const value = values[name];
  invariant(typeof value === 'number', 'the route must demand a number');
  return value;
}

export function optionalNumber(values: Values, name: string): number | undefined {
  const value = values[name];
  invariant(value === undefined || typeof value === 'number', 'the route must demand a number');
  return value;
}

/** A list of texts; only the list itself is looked at, its items are the route's rule to check. */
export function optionalTexts(values: Values, name: string): readonly string[] | undefined {
  const value = values[name];
  invariant(value === undefined || Array.isArray(value), 'the route must demand a list');
  return value;
}

/** One of the values that the route's rule allows. */
export function optionalChoice<Choice extends string>(values: Values, name: string, choices: readonly Choice[]): Choice | undefined {
  const value = values[name];
  return choices.find((choice) => choice === value);
}

/** The verified user of a route with access `user`. */
export const callerOf = (request: EdgeRequest): Caller => present(request.caller, 'the route demands a signed-in user');

/** The id in the path. */
export const idOf = (request: EdgeRequest): string => present(request.params['id'], 'the path has an :id');

/** What goes with every command of a signed-in user. */
export function callOf(request: EdgeRequest): Call {
  return { userId: callerOf(request).userId, traceId: request.traceId, idempotencyKey: request.idempotencyKey };
}

/** The same for a route that demands a key. */
export function keyedCallOf(request: EdgeRequest): KeyedCall {
  return { userId: callerOf(request).userId, traceId: request.traceId, idempotencyKey: keyOf(request) };
}

/** The key of a route that demands one. */
export const keyOf = (request: EdgeRequest): string => present(request.idempotencyKey, 'the route demands an Idempotency-Key');
