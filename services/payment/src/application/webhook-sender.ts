import type { Clock } from '@traffic-tacos/kernel';
import { WorkLane } from '@traffic-tacos/kit';
import type { WebhookAnswer, WebhookDelivery } from '../domain/webhook.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import { webhookLanes, type PostTerms, type PostWebhook, type WebhookLane, type WebhookQueue } from '../ports/webhook-queue.ts';

/** Messages under way at one time, by lane. Each takes 3 s at most. */
const AT_ONCE = { own: 64, elsewhere: 16, registered: 4 } as const;

export interface WebhookSenderDeps {
  readonly queue: WebhookQueue;
  readonly post: PostWebhook;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** How many registered receivers there may be. */
  readonly registrations: number;
  /** How a message for a registered receiver is sent now; undefined where it is registered no more. */
  readonly termsOf: (message: WebhookDelivery) => PostTerms | undefined;
  /** Told of every attempt, with the message as it is then: done, queued again, or dead. */
  readonly onSettled: (message: WebhookDelivery) => void;
}

/**
 * Sends what is queued, each message from its instant on, until it is accepted or given up. It keeps nothing of its own: what is under way
 * when the process ends is sent again by the next one.
 */
export class WebhookSender {
  readonly #lanes: ReadonlyMap<WebhookLane, WorkLane<WebhookDelivery>>;

  constructor(deps: WebhookSenderDeps) {
    this.#lanes = new Map(webhookLanes(deps.registrations).map((lane) => [lane, createLane(lane, deps)]));
    deps.queue.onQueued((lane) => this.#lanes.get(lane)?.wake());
  }

  start(): void {
    for (const lane of this.#lanes.values()) lane.start();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }
}

const createLane = (lane: WebhookLane, { queue, post, clock, scheduler, termsOf, onSettled }: WebhookSenderDeps): WorkLane<WebhookDelivery> => {
  const attempt = (message: WebhookDelivery): Promise<WebhookAnswer> => {
    if (message.registered === undefined) return post(message);
    const terms = termsOf(message);
    return terms === undefined ? Promise.resolve({ kind: 'not_wanted' }) : post(message, terms);
  };
  return new WorkLane({
    queue: { take: (most) => queue.take(lane, most), nextDueAtMs: () => queue.nextDueAtMs(lane) },
    work: async (message) => {
      const now = queue.settle(message, await attempt(message));
      if (now !== undefined) onSettled(now);
    },
    atOnce: lane === 'own' || lane === 'elsewhere' ? AT_ONCE[lane] : AT_ONCE.registered,
    clock,
    wakeUps: scheduler,
  });
};
