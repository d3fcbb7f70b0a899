import { refuse } from '../../errors/registry.ts';
import { checkIdempotencyKey, type IdempotencyKeyRules } from '../../http/idempotency-key.ts';
import type { Refusal } from '../../http/route.ts';
import type { GrpcExchange } from './exchange.ts';

const FIELD = 'idempotency_key';
const TWO_KEYS = refuse('IDEMPOTENCY_REQUIRED', { details: [{ field: FIELD, reason: 'differs from the metadata idempotency-key' }] });

/** How idempotency keys are taken on one server. */
export interface CallKeyRules extends IdempotencyKeyRules {
  /** False where old clients are let in without one (GRPC_AUTH=network): such a call is not deduplicated. */
  readonly isDemanded: boolean;
}

/**
 * Finds the call's idempotency key in its request or its metadata, and refuses one that is missing, malformed, or different in the two
 * places. An empty field is no field.
 */
export function takeIdempotencyKey(exchange: GrpcExchange, request: unknown, rules: CallKeyRules): Refusal | undefined {
  const rule = exchange.compiled.idempotency;
  if (rule === 'none') return undefined;
  const { idempotencyKey: field } = request as { readonly idempotencyKey?: unknown };
  const named = typeof field === 'string' && field !== '' ? field : undefined;
  const sent = exchange.sent('idempotency-key');
  if (named !== undefined && sent !== undefined && named !== sent) return TWO_KEYS;
  const key = named ?? sent;
  const refusal = checkIdempotencyKey(key, rules.isDemanded ? rule : 'optional', rules);
  if (refusal !== undefined) return { ...refusal, details: (refusal.details ?? []).map(({ reason }) => ({ field: FIELD, reason })) };
  exchange.idempotencyKey = key;
  return undefined;
}
