import type { Clock } from '@traffic-tacos/kernel';
import { WorkLane } from '@traffic-tacos/kit';
import type { WebhookDelivery } from '../domain/webhook.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import { WEBHOOK_LANES, type PostWebhook, type WebhookLane, type WebhookQueue } from '../ports/webhook-queue.ts';

/** Messages under way at one time, by lane. Each takes 3 s at most. */
const AT_ONCE: Readonly<Record<WebhookLane, number>> = { own: 64, elsewhere: 16 };

export interface WebhookSenderDeps {
  readonly queue: WebhookQueue;
  readonly post: PostWebhook;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
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
    this.#lanes = new Map(WEBHOOK_LANES.map((lane) => [lane, createLane(lane, deps)]));
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

const createLane = (lane: WebhookLane, { queue, post, clock, scheduler, onSettled }: WebhookSenderDeps): WorkLane<WebhookDelivery> =>
  new WorkLane({
    queue: { take: (most) => queue.take(lane, most), nextDueAtMs: () => queue.nextDueAtMs(lane) },
    work: async (message) => {
      const now = queue.settle(message, await post(message));
      if (now !== undefined) onSettled(now);
    },
    atOnce: AT_ONCE[lane],
    clock,
    wakeUps: scheduler,
  });
