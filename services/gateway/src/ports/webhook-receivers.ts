import type { EpochMs } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';

/** What a receiver can be registered for, as the contract numbers it; what is sent says these words as its `type`. */
export const RECEIVER_TYPES = [
  'payment.approved', 'payment.failed', 'payment.cancelled', 'payment.refunded', 'reservation.confirmed', 'reservation.cancelled', 'reservation.expired', 'system.maintenance',
] as const;
export type ReceiverType = (typeof RECEIVER_TYPES)[number];

/** What is to be sent where. */
export interface ReceiverWish {
  readonly serviceName: string;
  readonly url: string;
  readonly types: readonly ReceiverType[];
  /** Empty for the one that follows from the platform's own secret. */
  readonly secret: string;
  /** 0 for the platform's own schedule. */
  readonly retries: number;
  readonly timeoutSeconds: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A registered receiver, without what is secret of it. */
export interface ReceiverFacts {
  readonly webhookId: string;
  readonly serviceName: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly headerNames: readonly string[];
  readonly retries: number;
  readonly timeoutSeconds: number;
  /** Whether its secret was given, rather than following from the platform's own. */
  readonly hasOwnSecret: boolean;
  readonly registeredAtMs: EpochMs;
  readonly changedAtMs: EpochMs;
  /** Messages that wait for it. */
  readonly queued: number;
}

/** The register of receivers, as the gateway asks for it. */
export interface WebhookReceivers {
  put(wish: ReceiverWish): Promise<{ readonly kind: 'registered'; readonly webhookId: string; readonly registeredAtMs: EpochMs } | Refusal>;
  /** The first registered first. */
  list(): Promise<readonly ReceiverFacts[]>;
  /** False where there is no such receiver. */
  remove(webhookId: string): Promise<boolean>;
  /** The id of the message that was queued; undefined where there is no such receiver. */
  test(webhookId: string, traceId: string): Promise<string | undefined>;
  /** Whether one of the receiver's secrets has signed the payload; undefined where there is no such receiver. */
  verify(webhookId: string, payload: string, signature: string): Promise<boolean | undefined>;
}
