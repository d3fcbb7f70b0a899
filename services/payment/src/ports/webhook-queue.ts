import type { EpochMs } from '@traffic-tacos/kernel';
import type { WebhookAnswer, WebhookDelivery } from '../domain/webhook.ts';

/** Whom messages go to: each lane is sent by itself, so that neither keeps the other waiting. */
export const WEBHOOK_LANES = ['own', 'elsewhere'] as const;
export type WebhookLane = (typeof WEBHOOK_LANES)[number];

/** The durable queue of messages, as its sender sees it. */
export interface WebhookQueue {
  /** Up to `most` messages that are due, taken: none of them is given out again before it has been settled. On disk when this resolves. */
  take(lane: WebhookLane, most: number): Promise<readonly WebhookDelivery[]>;
  /** The earliest instant at which a message that is not taken is due. */
  nextDueAtMs(lane: WebhookLane): EpochMs | undefined;
  /** Writes down what became of an attempt, and answers the message as it is now; undefined where it has been queued anew meanwhile. */
  settle(sent: WebhookDelivery, answer: WebhookAnswer): WebhookDelivery | undefined;
  /** What was given up, the first given up first. */
  deadLetters(): readonly WebhookDelivery[];
  /** Queues a dead message anew, to be sent at once. On disk when this resolves. */
  replay(webhookId: string): Promise<'queued' | 'not_dead'>;
  /** Calls back in the turn in which a message is queued. */
  onQueued(wake: (lane: WebhookLane) => void): void;
}

/** Sends one message to its receiver, signed, and waits for the answer within a few seconds. It does not reject. */
export type PostWebhook = (message: Pick<WebhookDelivery, 'webhookId' | 'url' | 'body'>) => Promise<WebhookAnswer>;
