import type { Units } from '@traffic-tacos/journal';
import type { Clock, EpochMs, Random } from '@traffic-tacos/kernel';
import { acceptedWebhook, failedWebhook, requeuedWebhook, type WebhookAnswer, type WebhookDelivery } from '../../domain/webhook.ts';
import type { WebhookLane, WebhookQueue } from '../../ports/webhook-queue.ts';
import { laneOf, type DeliveryTable } from './delivery-table.ts';

export interface EmbeddedQueueDeps {
  readonly units: Units;
  readonly deliveries: DeliveryTable;
  readonly clock: Clock;
  /** Draws out the waits between attempts. */
  readonly jitter: Random;
}

/** The queue in the memory of this process, durable in its journal. */
export class EmbeddedWebhookQueue implements WebhookQueue {
  readonly #deps: EmbeddedQueueDeps;

  constructor(deps: EmbeddedQueueDeps) {
    this.#deps = deps;
  }

  async take(lane: WebhookLane, most: number): Promise<readonly WebhookDelivery[]> {
    const { units, deliveries, clock } = this.#deps;
    const taken: WebhookDelivery[] = [];
    while (taken.length < most) {
      const next = deliveries.takeDue(lane, clock.nowMs());
      if (next === undefined) break;
      taken.push(next);
    }
    if (taken.length > 0) await units.durable();
    return taken;
  }

  nextDueAtMs(lane: WebhookLane): EpochMs | undefined {
    return this.#deps.deliveries.nextDueAtMs(lane);
  }

  /** Nobody waits for the disk here: what a crash takes back is sent once more, with the same id. */
  settle(sent: WebhookDelivery, answer: WebhookAnswer): WebhookDelivery | undefined {
    const { units, deliveries, clock, jitter } = this.#deps;
    return units.decideNow((unit) => {
      const current = deliveries.find(sent.webhookId);
      if (current?.version !== sent.version) return undefined;
      const next = answer.kind === 'accepted' ? acceptedWebhook(current) : failedWebhook(current, answer, jitter.u32(), clock.nowMs());
      const tooMany = next.state === 'dead' ? deliveries.oldestDeadOverLimit() : undefined;
      if (tooMany !== undefined) unit.write(deliveries, acceptedWebhook(tooMany));
      unit.write(deliveries, next);
      return next;
    });
  }

  deadLetters(): readonly WebhookDelivery[] {
    return this.#deps.deliveries.deadLetters();
  }

  replay(webhookId: string): Promise<'queued' | 'not_dead'> {
    const { units, deliveries, clock } = this.#deps;
    return units.run((unit) => {
      const found = deliveries.find(webhookId);
      if (found?.state !== 'dead') return 'not_dead';
      unit.write(deliveries, requeuedWebhook(found, clock.nowMs()));
      return 'queued';
    });
  }

  onQueued(wake: (lane: WebhookLane) => void): void {
    this.#deps.deliveries.listen((image) => {
      if (image.state === 'queued') wake(laneOf(image));
    });
  }
}
