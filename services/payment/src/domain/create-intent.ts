import {
  addMs,
  amountMinor,
  type AmountMinor,
  type CurrencyCode,
  type EpochMs,
  type EventId,
  type PaymentIntentId,
  type ReservationId,
  type UserId,
} from '@traffic-tacos/kernel';
import { INTENT_STATES } from './intent-states.ts';
import type { Intent, PaymentMethod } from './intent.ts';
import { planSettlement, type PaymentTimings, type Scenario } from './scenario.ts';

/** The immutable facts of an intent, and the draw that decides `RANDOM`. */
export interface NewIntent {
  readonly intentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly eventId: EventId;
  readonly userId: UserId;
  readonly traceId: string;
  readonly amountMinor: AmountMinor;
  readonly currency: CurrencyCode;
  readonly scenario: Scenario;
  readonly method: PaymentMethod | undefined;
  /** Undefined: results go to the platform's own receiver. */
  readonly webhookUrl?: string | undefined;
  /** 32 uniform bits. */
  readonly draw: number;
}

/** The first image of an intent: its result is drawn, and its settlement has started. */
export function createIntent(facts: NewIntent, timings: PaymentTimings, nowMs: EpochMs): Intent {
  const { result, settleAtMs } = planSettlement(facts.scenario, facts.draw, timings, nowMs);
  return {
    id: facts.intentId,
    version: 1,
    reservationId: facts.reservationId,
    eventId: facts.eventId,
    userId: facts.userId,
    traceId: facts.traceId,
    amountMinor: facts.amountMinor,
    currency: facts.currency,
    scenario: facts.scenario,
    method: facts.method,
    status: INTENT_STATES.initial,
    result,
    createdAtMs: nowMs,
    settleAtMs,
    expiresAtMs: addMs(nowMs, timings.intentTtlMs),
    changedAtMs: nowMs,
    refundedMinor: amountMinor(0),
    lastRefundMinor: amountMinor(0),
    refundReason: undefined,
    sequence: 0,
    factsAdded: 0,
    webhookUrl: facts.webhookUrl,
  };
}
