import { durationMs, type PaymentIntentId } from '@traffic-tacos/kernel';
import type { ForcedStatus } from '../domain/force-intent.ts';
import type { ForceIntentOutcome, PaymentStore } from '../ports/payment-store.ts';

export interface SimulateWebhookRequest {
  readonly intentId: PaymentIntentId;
  readonly target: ForcedStatus;
  /** 0 to `MAX_WEBHOOK_DELAY_SECONDS`. */
  readonly delaySeconds: number;
  /** Whether an intent that is there already is told of once more. */
  readonly forceTrigger: boolean;
}

/** One day. */
export const MAX_WEBHOOK_DELAY_SECONDS = 86_400;

export type SimulateWebhook = (request: SimulateWebhookRequest) => Promise<ForceIntentOutcome>;

/** For admins: brings an intent to a result and has its receiver told. The intent changes first, so that status, webhook and event agree. */
export const createSimulateWebhook =
  (store: PaymentStore): SimulateWebhook =>
  ({ intentId, target, delaySeconds, forceTrigger }) =>
    store.force({ intentId, target, isRepeatable: forceTrigger, delayMs: durationMs(delaySeconds * 1_000) });
