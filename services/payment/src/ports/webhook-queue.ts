import type { EpochMs } from '@traffic-tacos/kernel';
import type { WebhookAnswer, WebhookDelivery } from '../domain/webhook.ts';

/** Whom messages go to: each lane is sent by itself, so that none keeps another waiting. Every registered receiver has one of its own. */
export type WebhookLane = 'own' | 'elsewhere' | `registered ${number}`;

/** All lanes, for as many registered receivers as may be. */
export const webhookLanes = (registrations: number): readonly WebhookLane[] =>
  ['own', 'elsewhere', ...Array.from({ length: registrations }, (_, slot) => `registered ${slot}` as const)];

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

/** How a registered receiver is to be sent its messages. */
export interface PostTerms {
  /** In their written form, the newest first; empty for the one that follows from the platform's own secret. All of them sign. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Sends one message to its receiver, signed, and waits for the answer within a few seconds. It does not reject. */
export type PostWebhook = (message: Pick<WebhookDelivery, 'webhookId' | 'url' | 'body'>, terms?: PostTerms) => Promise<WebhookAnswer>;
