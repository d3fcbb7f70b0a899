import { Unavailable, type Clock, type EpochMs, type WakeUps } from '@traffic-tacos/kernel';

/** A durable queue, as somebody who works on it sees it. */
export interface LaneQueue<Item> {
  /** Up to `most` items that are due; none of them is given out again before it has been settled. Rejects with `Unavailable` only. */
  take(most: number): Promise<readonly Item[]>;
  /** The earliest instant at which an item that is not taken is due. */
  nextDueAtMs(): EpochMs | undefined;
}

export interface WorkLaneDeps<Item> {
  readonly queue: LaneQueue<Item>;
  /** Works on one item and settles it. Rejects with `Unavailable` only, where the next process finds the item where it was. */
  readonly work: (item: Item) => Promise<void>;
  /** Items under way at one time. */
  readonly atOnce: number;
  readonly clock: Clock;
  readonly wakeUps: WakeUps;
}

/** Works on what is queued, each item from its instant on, so many at one time. It keeps nothing of its own. */
export class WorkLane<Item> {
  readonly #deps: WorkLaneDeps<Item>;
  readonly #underWay = new Set<Promise<void>>();
  #isRunning = false;
  #isWoken = false;
  #disarm: (() => void) | undefined;

  constructor(deps: WorkLaneDeps<Item>) {
    this.#deps = deps;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  /** Takes nothing more. Resolves when nothing is under way any more. */
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

  /** One look at a time: how many a second one may take is known when the first has taken its own. What comes meanwhile is found by the look after it. */
  async #look(): Promise<void> {
    await undefined;
    // This look is under way itself, and is none of the items.
    const free = this.#deps.atOnce - this.#underWay.size + 1;
    try {
      if (this.#isRunning && free > 0) for (const item of await this.#deps.queue.take(free)) this.#track(this.#work(item));
    } catch (error) {
      // The journal has failed: the next process finds what was taken where it was.
      if (!(error instanceof Unavailable)) throw error;
    } finally {
      this.#isWoken = false;
    }
  }

  async #work(item: Item): Promise<void> {
    try {
      await this.#deps.work(item);
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

  /** Looks again when the next item is due; at once, when one is and there is room for it. */
  #arm(): void {
    const { queue, clock, wakeUps, atOnce } = this.#deps;
    this.#disarm?.();
    this.#disarm = undefined;
    const atMs = queue.nextDueAtMs();
    if (atMs === undefined || !this.#isRunning || this.#underWay.size >= atOnce) return;
    if (atMs <= clock.nowMs()) this.wake();
    else this.#disarm = wakeUps.at(atMs, () => this.wake());
  }
}
