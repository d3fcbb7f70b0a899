import { epochMs, Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { WebhookDelivery } from '../domain/webhook.ts';
import type { Cancel, Scheduler } from '../ports/scheduler.ts';
import type { PostWebhook, WebhookLane, WebhookQueue } from '../ports/webhook-queue.ts';

/** Messages under way at one time, by lane. Each takes 3 s at most. */
const AT_ONCE: Readonly<Record<WebhookLane, number>> = { own: 64, elsewhere: 16 };
const LANES: readonly WebhookLane[] = ['own', 'elsewhere'];

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
  readonly #lanes: readonly Lane[];

  constructor(deps: WebhookSenderDeps) {
    this.#lanes = LANES.map((lane) => new Lane(lane, deps));
    deps.queue.onQueued((lane) => this.#lanes[LANES.indexOf(lane)]?.wake());
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

class Lane {
  readonly #lane: WebhookLane;
  readonly #deps: WebhookSenderDeps;
  readonly #underWay = new Set<Promise<void>>();
  #isRunning = false;
  #isWoken = false;
  #disarm: Cancel | undefined;

  constructor(lane: WebhookLane, deps: WebhookSenderDeps) {
    this.#lane = lane;
    this.#deps = deps;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#disarm?.();
    this.#disarm = undefined;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Something is due, now or later. Several calls in one turn lead to one look. */
  wake(): void {
    if (this.#isWoken || !this.#isRunning) return;
    this.#isWoken = true;
    this.#track(this.#look());
  }

  async #look(): Promise<void> {
    await undefined;
    this.#isWoken = false;
    const free = AT_ONCE[this.#lane] - this.#underWay.size + 1;
    if (!this.#isRunning || free <= 0) return;
    try {
      for (const message of await this.#deps.queue.take(this.#lane, free)) this.#track(this.#send(message));
      this.#arm();
    } catch (error) {
      // The journal has failed: the next process finds what was taken where it was.
      if (!(error instanceof Unavailable)) throw error;
    }
  }

  async #send(message: WebhookDelivery): Promise<void> {
    const answer = await this.#deps.post(message);
    try {
      const now = this.#deps.queue.settle(message, answer);
      if (now !== undefined) this.#deps.onSettled(now);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => {
      this.#underWay.delete(tracked);
      this.#arm();
    });
    this.#underWay.add(tracked);
  }

  /** Looks again when the next message is due; at once, when one is and there is room for it. */
  #arm(): void {
    const { queue, clock, scheduler } = this.#deps;
    this.#disarm?.();
    this.#disarm = undefined;
    const atMs = queue.nextDueAtMs(this.#lane);
    if (atMs === undefined || !this.#isRunning || this.#underWay.size >= AT_ONCE[this.#lane]) return;
    if (atMs <= clock.nowMs()) this.wake();
    else this.#disarm = scheduler.at(epochMs(atMs), () => this.wake());
  }
}
