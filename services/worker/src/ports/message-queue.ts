import type { EpochMs } from '@traffic-tacos/kernel';
import type { WorkerMessage } from '../domain/message.ts';

/** What an attempt at a message came to. */
export type Attempt =
  | { readonly kind: 'done' }
  /** Everything needed was there, and yet it could not be done. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Somebody needed was not there: it counts for nothing. */
  | { readonly kind: 'put_off'; readonly reason: string };

/** The worker's durable queue. */
export interface MessageQueue {
  /** Messages that wait, those that are being worked on among them. */
  readonly depth: number;
  /** Up to `most` messages that are due, taken: none of them is given out again before it has been settled. On disk when this resolves. */
  take(most: number): Promise<readonly WorkerMessage[]>;
  /** The earliest instant at which a message that is not taken is due. */
  nextDueAtMs(): EpochMs | undefined;
  /** Writes down what became of an attempt, and answers the message as it is now; undefined where it has been queued anew meanwhile. */
  settle(message: WorkerMessage, attempt: Attempt): WorkerMessage | undefined;
  /** Queues a message, unless one of that id waits or was given up. On disk when this resolves. Rejects with `LimitReached` when it is full. */
  enqueue(id: string, body: string): Promise<'queued' | 'duplicate'>;
  /** What was given up, the first given up first. */
  deadLetters(): readonly WorkerMessage[];
  findDead(id: string): WorkerMessage | undefined;
  /** Queues a dead message anew, to be worked on at once. On disk when this resolves. */
  replay(id: string): Promise<'queued' | 'not_dead'>;
  /** Calls back in the turn in which a message is queued. */
  onQueued(wake: () => void): void;
}
