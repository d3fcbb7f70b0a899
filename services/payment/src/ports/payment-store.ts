import type { AmountMinor, DurationMs, EpochMs, PaymentIntentId, ReservationId, UserId } from '@traffic-tacos/kernel';
import type { NewIntent } from '../domain/create-intent.ts';
import type { ForcedStatus } from '../domain/force-intent.ts';
import type { DueKind } from '../domain/intent-at.ts';
import type { IntentStatus } from '../domain/intent-states.ts';
import type { Intent, RefundReason } from '../domain/intent.ts';
import type { RequestKey } from '../domain/request-key.ts';
import type { PaymentTimings } from '../domain/scenario.ts';

/** Whose intent it must be; undefined for a service that acts without an owner check. */
export type OwnerCheck = UserId | undefined;

/** The numbers that every adapter is made with. */
export interface PaymentTerms {
  readonly timings: PaymentTimings;
  /** How long a request key is kept: IDEMPOTENCY_TTL_SECONDS. */
  readonly keyTtlMs: DurationMs;
  /** Intents of one reservation, ended ones included. */
  readonly intentsPerReservation: number;
}

export interface CreateIntentCommand extends NewIntent {
  /** Undefined where old clients may come without one: their repetitions are not recognised. */
  readonly key: RequestKey | undefined;
  /** Where its results are sent; undefined: to the platform's own receiver. */
  readonly webhookUrl?: string | undefined;
  /** Whether the reservation is still as it was read; absent where its reader cannot tell. */
  readonly isReservationCurrent?: (() => boolean) | undefined;
}

/** A request key that has had its effect answers for the request; `intent` shows what the first answer showed. */
export type Recalled = { readonly kind: 'replayed'; readonly intent: Intent } | { readonly kind: 'idempotency_conflict' };

export type RecallOutcome = Recalled | { readonly kind: 'new' };

export type CreateIntentOutcome =
  | Recalled
  | { readonly kind: 'reservation_changed' }
  | { readonly kind: 'too_many_intents'; readonly limit: number }
  | { readonly kind: 'created'; readonly intent: Intent };

export interface IntentCommand {
  readonly intentId: PaymentIntentId;
  readonly owner: OwnerCheck;
}

export interface ProcessIntentCommand extends IntentCommand {
  readonly key: RequestKey | undefined;
}

export type ProcessIntentOutcome = Recalled | { readonly kind: 'payment_not_found' } | { readonly kind: 'processed'; readonly intent: Intent };

export type CancelIntentOutcome =
  | { readonly kind: 'payment_not_found' }
  | { readonly kind: 'already_ended'; readonly status: IntentStatus }
  /** Also when it was cancelled before. */
  | { readonly kind: 'cancelled'; readonly intent: Intent };

export interface RefundIntentCommand {
  readonly intentId: PaymentIntentId;
  readonly reason: RefundReason;
  /** Above 0; undefined for all that is left. */
  readonly amountMinor: AmountMinor | undefined;
  /** The currency that the caller believes it to be; undefined where it does not say. */
  readonly currency: string | undefined;
  readonly key: RequestKey | undefined;
}

export type RefundIntentOutcome =
  | { readonly kind: 'partial_without_key' }
  | Recalled
  | { readonly kind: 'payment_not_found' }
  | { readonly kind: 'currency_differs'; readonly currency: string }
  | { readonly kind: 'not_captured'; readonly status: IntentStatus }
  | { readonly kind: 'exceeds_captured'; readonly refundableMinor: AmountMinor }
  /** Also when everything had gone back before. */
  | { readonly kind: 'refunded'; readonly intent: Intent };

export type EndIntentOutcome =
  | { readonly kind: 'ended'; readonly intent: Intent }
  | { readonly kind: 'not_due' }
  | { readonly kind: 'already_ended' }
  | { readonly kind: 'payment_not_found' };

export interface ForceIntentCommand {
  readonly intentId: PaymentIntentId;
  readonly target: ForcedStatus;
  /** Whether an intent that is there already is told of once more; otherwise it is refused. */
  readonly isRepeatable: boolean;
  /** By how much the message, and only that, is put off. */
  readonly delayMs: DurationMs;
}

export type ForceIntentOutcome =
  | { readonly kind: 'payment_not_found' }
  | { readonly kind: 'already_ended'; readonly status: IntentStatus }
  /** `webhookId` is undefined where nobody is sent webhooks. */
  | { readonly kind: 'forced'; readonly intent: Intent; readonly webhookId: string | undefined; readonly sendAtMs: EpochMs };

export interface ListFilter {
  readonly userId: UserId;
  readonly status: IntentStatus | undefined;
  /** The id after which the page begins (newest first); undefined for the first page. */
  readonly after: PaymentIntentId | undefined;
  readonly limit: number;
}

export interface IntentPage {
  readonly intents: readonly Intent[];
  /** The `after` of the next page; undefined at the end. */
  readonly next: PaymentIntentId | undefined;
}

export interface DueIntent {
  readonly intentId: PaymentIntentId;
  readonly due: DueKind;
}

/**
 * Where intents and the keys of their requests are kept. Every method that changes something is one decision and one change: the
 * intent and the key are both there afterwards, or neither is. Every intent that comes out is as of now: one whose instant has come
 * reads as ended, whether or not that has been written.
 *
 * It may have many writers; none is assumed to be the only one. Every method may reject with `Unavailable`: then the outcome is
 * unknown, and a repetition with the same key tells it.
 */
export interface PaymentStore {
  /** Whether the key has had its effect: asked before the reservation is looked at, so that a repetition outlives the hold. */
  recall(key: RequestKey): Promise<RecallOutcome>;
  createIntent(command: CreateIntentCommand): Promise<CreateIntentOutcome>;
  process(command: ProcessIntentCommand): Promise<ProcessIntentOutcome>;
  cancel(command: IntentCommand): Promise<CancelIntentOutcome>;
  refund(command: RefundIntentCommand): Promise<RefundIntentOutcome>;
  /** Brings an intent to a result now, for tests of whoever receives it. No owner is checked. */
  force(command: ForceIntentCommand): Promise<ForceIntentOutcome>;
  /** Writes down the results that are due, one answer for each id, in order. */
  settle(intentIds: readonly PaymentIntentId[]): Promise<readonly EndIntentOutcome[]>;
  /** Writes down the expiries that are due, one answer for each id, in order. */
  expire(intentIds: readonly PaymentIntentId[]): Promise<readonly EndIntentOutcome[]>;
  /** Undefined when there is none, or it is not the owner's. */
  read(intentId: PaymentIntentId, owner: OwnerCheck): Promise<Intent | undefined>;
  /** Newest first; those of other users are left out when an owner is named. */
  listByReservation(reservationId: ReservationId, owner: OwnerCheck): Promise<readonly Intent[]>;
  listByUser(filter: ListFilter): Promise<IntentPage>;
  /** Intents whose instant has come and that are not written down as ended, the earliest first, at most `limit`. They stay due. */
  dueIntents(nowMs: EpochMs, limit: number): Promise<readonly DueIntent[]>;
}
