import { DurableQueue, type Units } from '@traffic-tacos/journal';
import { LimitReached, type Clock, type EpochMs } from '@traffic-tacos/kernel';
import { doneMessage, failedMessage, putOffMessage, queuedMessage, requeuedMessage, type WorkerMessage } from '../../domain/message.ts';
import type { Attempt, MessageQueue } from '../../ports/message-queue.ts';
import type { MessageTable, WorkerLane } from './message-table.ts';

export interface EmbeddedMessageQueueDeps {
  readonly units: Units;
  readonly messages: MessageTable;
  readonly clock: Clock;
}

/** The worker's queue in the memory of this process, durable in its journal. */
export class EmbeddedMessageQueue implements MessageQueue {
  readonly #deps: EmbeddedMessageQueueDeps;
  readonly #queue: DurableQueue<WorkerMessage, WorkerLane>;

  constructor(deps: EmbeddedMessageQueueDeps) {
    const { units, messages, clock } = deps;
    this.#deps = deps;
    this.#queue = new DurableQueue({ units, table: messages, clock, keyOf: ({ id }) => id, done: doneMessage });
  }

  get depth(): number {
    return this.#deps.messages.queued;
  }

  take(most: number): Promise<readonly WorkerMessage[]> {
    return this.#queue.take('work', most);
  }

  nextDueAtMs(): EpochMs | undefined {
    return this.#queue.nextDueAtMs('work');
  }

  settle(message: WorkerMessage, attempt: Attempt): WorkerMessage | undefined {
    const nowMs = this.#deps.clock.nowMs();
    return this.#queue.settle(message, (current) => {
      switch (attempt.kind) {
        case 'done':
          return doneMessage(current);
        case 'failed':
          return failedMessage(current, attempt.reason, nowMs);
        case 'put_off':
          return putOffMessage(current, attempt.reason, nowMs);
      }
    });
  }

  enqueue(id: string, body: string): Promise<'queued' | 'duplicate'> {
    const { units, messages, clock } = this.#deps;
    return units.run((unit) => {
      if (messages.find(id) !== undefined) return 'duplicate';
      if (messages.room === 0) throw new LimitReached('worker messages: workerMessages');
      unit.write(messages, queuedMessage(id, body, clock.nowMs()));
      return 'queued';
    });
  }

  deadLetters(): readonly WorkerMessage[] {
    return this.#queue.deadLetters();
  }

  findDead(id: string): WorkerMessage | undefined {
    const found = this.#deps.messages.find(id);
    return found?.state === 'dead' ? found : undefined;
  }

  replay(id: string): Promise<'queued' | 'not_dead'> {
    return this.#queue.replay(id, requeuedMessage);
  }

  onQueued(wake: () => void): void {
    this.#deps.messages.listen(({ state }) => {
      if (state === 'queued') wake();
    });
  }
}
