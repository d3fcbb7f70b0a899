import {
  amountMinor,
  Contended,
  newId,
  parseId,
  shardOf,
  type Clock,
  type CurrencyCode,
  type Random,
  type ReservationId,
  type UserId,
} from '@traffic-tacos/kernel';
import type { NewIntent } from '../domain/create-intent.ts';
import type { PaymentMethod } from '../domain/intent.ts';
import { judgeReservation, type ReservationJudgement, type ReservationToPay } from '../domain/judge-reservation.ts';
import type { RequestKey } from '../domain/request-key.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { CreateIntentOutcome as StoreOutcome, PaymentStore } from '../ports/payment-store.ts';
import type { ReservationFacts } from '../ports/reservation-facts.ts';
import { requestKey } from './request-key.ts';

export interface CreateIntentRequest {
  readonly userId: UserId;
  readonly traceId: string;
  /** Undefined where old clients may come without one. */
  readonly idempotencyKey: string | undefined;
  readonly reservationId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly scenario: Scenario;
  readonly method: PaymentMethod | undefined;
  /** Where the results are sent; undefined: to the platform's own receiver. The edge has judged it, and who may choose it. */
  readonly webhookUrl?: string | undefined;
}

export type CreateIntentResult =
  | Exclude<StoreOutcome, { readonly kind: 'reservation_changed' }>
  | Exclude<ReservationJudgement, { readonly kind: 'payable' }>;

export interface CreateIntentDeps {
  readonly store: PaymentStore;
  readonly reservationFacts: ReservationFacts;
  readonly clock: Clock;
  /** For ids: unguessable. */
  readonly ids: Random;
  /** For `RANDOM`: may be seeded. */
  readonly draws: Random;
  readonly decideAttempts: number;
}

export type CreateIntent = (request: CreateIntentRequest) => Promise<CreateIntentResult>;

/**
 * Makes an intent for the caller's own reservation while it is held. A key that has had its effect answers first, so that a
 * repetition is answered whatever has become of the reservation since. Rejects with `Contended` when the reservation changes between
 * reading and creating as often as the limit allows.
 */
export function createCreateIntent({ store, reservationFacts, clock, ids, draws, decideAttempts }: CreateIntentDeps): CreateIntent {
  return async (request) => {
    const { reservationId, scenario } = request;
    const key = keyOf(request);
    const recalled = key === undefined ? NEW : await store.recall(key);
    if (recalled.kind !== 'new') return recalled;
    if (!isReservationId(reservationId)) return { kind: 'reservation_not_found' };
    const draw = scenario === 'RANDOM' ? draws.u32() : 0;
    for (let attempt = 0; attempt < decideAttempts; attempt++) {
      const reading = await reservationFacts.read(reservationId);
      const reservation = reading.kind === 'found' ? reading.reservation : undefined;
      const judgement = judgeReservation(reservation, request);
      if (reading.kind !== 'found' || judgement.kind !== 'payable') return refusal(judgement);
      const intent = { ...factsOf(request, reservationId, reading.reservation), draw };
      const intentId = newId('pay', clock.nowMs(), shardOf(intent.eventId), ids);
      const outcome = await store.createIntent({ ...intent, intentId, key, isReservationCurrent: reading.isCurrent, webhookUrl: request.webhookUrl });
      if (outcome.kind !== 'reservation_changed') return outcome;
    }
    throw new Contended(`the reservation changed ${decideAttempts} times while its payment was made`);
  };
}

const NEW = { kind: 'new' } as const;

function keyOf({ userId, reservationId, idempotencyKey, amountMinor: amount, currency, scenario, method, webhookUrl }: CreateIntentRequest): RequestKey | undefined {
  if (idempotencyKey === undefined) return undefined;
  const scope = { userId, operation: 'payment.create', resource: reservationId } as const;
  return requestKey(scope, idempotencyKey, [amount, currency, scenario, method ?? null, ...(webhookUrl === undefined ? [] : [webhookUrl])]);
}

const isReservationId = (text: string): text is ReservationId => parseId('rsv', text) !== undefined;

const refusal = (judgement: ReservationJudgement): Exclude<ReservationJudgement, { kind: 'payable' }> =>
  judgement.kind === 'payable' ? { kind: 'reservation_not_found' } : judgement;

const factsOf = (
  { userId, traceId, scenario, method }: CreateIntentRequest,
  reservationId: ReservationId,
  { eventId, totalMinor, currency }: ReservationToPay,
): Omit<NewIntent, 'intentId' | 'draw'> => ({
  reservationId,
  eventId,
  userId,
  traceId,
  amountMinor: amountMinor(totalMinor),
  currency: currency satisfies CurrencyCode,
  scenario,
  method,
});
