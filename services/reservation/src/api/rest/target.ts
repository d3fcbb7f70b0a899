import type { PaymentIntentId } from '@traffic-tacos/kernel';
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

/** Stands for a payment that is not there: the state of the reservation still decides what is said first. */
export const NO_INTENT: PaymentIntentId = `pay_${'0'.repeat(26)}`;

export const REPLAYED_HEADER = { headers: { 'Idempotency-Replayed': 'true' } } as const;
