import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import type { Unit, Units } from '../unit.ts';
import type { QueuedMessage, QueueTable } from './queue-table.ts';

export interface DurableQueueDeps<Message extends QueuedMessage, Lane extends string> {
  readonly units: Units;
  readonly table: QueueTable<Message, Lane>;
  readonly clock: Clock;
  readonly keyOf: (message: Message) => string;
  /** The image of a message that is over with. */
  readonly done: (message: Message) => Message;
}

/** A queue in the memory of this process, durable in its journal: taken, worked on, and settled, message by message. */
export class DurableQueue<Message extends QueuedMessage, Lane extends string> {
  readonly #deps: DurableQueueDeps<Message, Lane>;

  constructor(deps: DurableQueueDeps<Message, Lane>) {
    this.#deps = deps;
  }

  /** Up to `most` messages that are due, taken: none is given out again before it has been settled. On disk when this resolves. */
  async take(lane: Lane, most: number): Promise<readonly Message[]> {
    const { units, table, clock } = this.#deps;
    const taken: Message[] = [];
    while (taken.length < most) {
      const next = table.takeDue(lane, clock.nowMs());
      if (next === undefined) break;
      taken.push(next);
    }
    if (taken.length > 0) await units.durable();
    return taken;
  }

  nextDueAtMs(lane: Lane): EpochMs | undefined {
    return this.#deps.table.nextDueAtMs(lane);
  }

  /**
   * Writes down what the attempt at `sent` came to, and answers the message as it is now; undefined where it has been queued anew meanwhile.
   * Nobody waits for the disk here: what a crash takes back is worked on once more, with the same key.
   */
  settle(sent: Message, next: (current: Message) => Message): Message | undefined {
    const { units, table, keyOf, done } = this.#deps;
    return units.decideNow((unit) => {
      const current = table.find(keyOf(sent));
      if (current?.version !== sent.version) return undefined;
      const image = next(current);
      const tooMany = image.state === 'dead' ? table.deadThatMakeRoomFor(1) : [];
      for (const message of tooMany) unit.write(table, done(message));
      unit.write(table, image);
      return image;
    });
  }

  deadLetters(): readonly Message[] {
    return this.#deps.table.deadLetters();
  }

  /** Queues a dead message anew. On disk when this resolves. */
  replay(key: string, requeued: (dead: Message, nowMs: EpochMs) => Message): Promise<'queued' | 'not_dead'> {
    const { units, table, clock } = this.#deps;
    return units.run((unit: Unit) => {
      const found = table.find(key);
      if (found?.state !== 'dead') return 'not_dead';
      unit.write(table, requeued(found, clock.nowMs()));
      return 'queued';
    });
  }
}
