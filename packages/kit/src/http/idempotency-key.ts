import { refuse } from '../errors/registry.ts';
import type { IdempotencyRule, Refusal } from './route.ts';

/** `opaque`: any text. `uuid`: only UUIDs in their usual form, in either case. */
export type IdempotencyKeyFormat = 'opaque' | 'uuid';

const CONTROL = /[\u0000-\u001f\u007f]/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What keys must look like on one server. */
export interface IdempotencyKeyRules {
  readonly format: IdempotencyKeyFormat;
  readonly maxChars: number;
}

/**
 * Refuses a key that is missing where one is required, or that is empty, too long, or not of the agreed form. The key itself is never
 * repeated in the answer.
 */
export function checkIdempotencyKey(key: string | undefined, rule: IdempotencyRule, rules: IdempotencyKeyRules): Refusal | undefined {
  if (rule === 'none') return undefined;
  if (key === undefined) return rule === 'required' ? badKey('is required') : undefined;
  if (key === '') return badKey('must not be empty');
  if (key.length > rules.maxChars) return badKey(`must have at most ${rules.maxChars} characters`);
  if (CONTROL.test(key)) return badKey('must not contain control characters');
  if (rules.format === 'uuid' && !UUID.test(key)) return badKey('must be a UUID');
  return undefined;
}

function badKey(reason: string): Refusal {
  return refuse('IDEMPOTENCY_REQUIRED', { details: [{ field: 'Idempotency-Key', reason }] });
}
