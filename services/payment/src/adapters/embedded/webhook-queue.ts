import { DurableQueue, type Units } from '@traffic-tacos/journal';
import type { Clock, EpochMs, Random } from '@traffic-tacos/kernel';
import { acceptedWebhook, failedWebhook, requeuedWebhook, type WebhookAnswer, type WebhookDelivery } from '../../domain/webhook.ts';
import type { WebhookLane, WebhookQueue } from '../../ports/webhook-queue.ts';
import { laneOf, type DeliveryTable } from './delivery-table.ts';
import type { RegistrationTable } from './registration-table.ts';

export interface EmbeddedQueueDeps {
  readonly units: Units;
  readonly deliveries: DeliveryTable;
  readonly registrations: RegistrationTable;
  readonly clock: Clock;
  /** Draws out the waits between attempts. */
  readonly jitter: Random;
}

/** The queue in the memory of this process, durable in its journal. */
export class EmbeddedWebhookQueue implements WebhookQueue {
  readonly #deps: EmbeddedQueueDeps;
  readonly #queue: DurableQueue<WebhookDelivery, WebhookLane>;

  constructor(deps: EmbeddedQueueDeps) {
    this.#deps = deps;
    const { units, deliveries, clock } = deps;
    this.#queue = new DurableQueue({ units, table: deliveries, clock, keyOf: ({ webhookId }) => webhookId, done: acceptedWebhook });
  }

  take(lane: WebhookLane, most: number): Promise<readonly WebhookDelivery[]> {
    return this.#queue.take(lane, most);
  }

  nextDueAtMs(lane: WebhookLane): EpochMs | undefined {
    return this.#queue.nextDueAtMs(lane);
  }

  settle(sent: WebhookDelivery, answer: WebhookAnswer): WebhookDelivery | undefined {
    const { clock, jitter } = this.#deps;
    if (answer.kind === 'accepted' || answer.kind === 'not_wanted') return this.#queue.settle(sent, acceptedWebhook);
    return this.#queue.settle(sent, (current) => failedWebhook(current, answer, jitter.u32(), clock.nowMs(), this.#mostRetries(current)));
  }

  /** Undefined: all of the schedule. */
  #mostRetries({ registered }: WebhookDelivery): number | undefined {
    const retries = registered === undefined ? 0 : (this.#deps.registrations.find(registered.id)?.retries ?? 0);
    return retries === 0 ? undefined : retries;
  }

  deadLetters(): readonly WebhookDelivery[] {
    return this.#queue.deadLetters();
  }

  replay(webhookId: string): Promise<'queued' | 'not_dead'> {
    return this.#queue.replay(webhookId, requeuedWebhook);
  }

  onQueued(wake: (lane: WebhookLane) => void): void {
    this.#deps.deliveries.listen((image) => {
      if (image.state === 'queued') wake(laneOf(image));
    });
  }
}
