import type { EdgeRequest, Fields } from '@traffic-tacos/kit';
import type { RequestFacts } from '../../application/context.ts';

/** The field that names the reservation where the path does not. */
export const ID_FIELD = (path: string): Fields =>
  path.includes(':id') ? {} : { reservationId: { schema: { type: 'string', minLength: 1, maxLength: 128 }, required: true } };

export const targetOf = ({ params, body }: EdgeRequest): string => params['id'] ?? String(body['reservationId']);

export const requestFacts = ({ caller, traceId, idempotencyKey }: EdgeRequest): RequestFacts => ({
  userId: caller?.userId,
  traceId,
  idempotencyKey,
});

export const REPLAYED_HEADER = { headers: { 'Idempotency-Replayed': 'true' } } as const;
