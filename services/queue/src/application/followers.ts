import type { IdWords } from '@traffic-tacos/kernel';
import type { PlaceReading, QueueStore } from '../ports/queue-store.ts';

/** Told of a place as it is after a change, once all that it shows is durable. A place that is over is told of once, and not followed any more. */
export type FollowListener = (reading: PlaceReading) => void;

interface Follower {
  readonly key: IdWords;
  readonly listener: FollowListener;
  told: PlaceReading;
  /** Looks since a position was told. */
  looks: number;
}

/** Positions are told of at every so manieth look: a tick moves nearly everybody, and nobody reads so fast. */
const LOOKS_PER_POSITION = 4;

/** Who follows which place. A place that is followed is heard of at every look, so its lease does not end while somebody listens. */
export class Followers {
  readonly #store: QueueStore;
  readonly #limit: number;
  readonly #followers = new Set<Follower>();

  constructor(store: QueueStore, limit: number) {
    this.#store = store;
    this.#limit = limit;
  }

  follow(key: IdWords, listener: FollowListener): (() => void) | 'too_many' | undefined {
    const told = this.#store.read(key);
    if (told === undefined) return undefined;
    if (this.#followers.size >= this.#limit) return 'too_many';
    const follower: Follower = { key, listener, told, looks: 0 };
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Looks at every place that is followed. Called when what memory shows is durable. */
  tell(): void {
    for (const follower of this.#followers) this.#look(follower);
  }

  #look(follower: Follower): void {
    const reading = this.#store.look(follower.key);
    // What is not on disk yet is told at the next look.
    if (reading === 'not_durable') return;
    if (reading === undefined) {
      this.#followers.delete(follower);
      return;
    }
    const { told } = follower;
    follower.looks++;
    const isOther = reading.status !== told.status || reading.reason !== told.reason;
    const hasMoved = reading.position !== told.position && follower.looks >= LOOKS_PER_POSITION;
    if (!isOther && !hasMoved) return;
    follower.told = reading;
    follower.looks = 0;
    if (reading.status === 'expired' || reading.status === 'left' || reading.status === 'closed') this.#followers.delete(follower);
    follower.listener(reading);
  }
}
