/** Items that go out together once this many wait, so that the first of them does not wait for the last. */
export const LARGEST_BURST = 32;

/**
 * Does small pieces of work together at the end of the turn of the event loop in which they came up.
 *
 * Answers of one journal group become ready one after the other. Written as they are rendered, each wakes its reader anew, and waking
 * a sleeping process costs more than the write itself; written in one go they find it awake.
 */
export class Burst<Item> {
  readonly #act: (item: Item) => void;
  readonly #atEndOfTurn = (): void => {
    this.#isScheduled = false;
    this.#actOnAll();
  };
  #waiting: Item[] = [];
  #isScheduled = false;

  constructor(act: (item: Item) => void) {
    this.#act = act;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#waiting.length >= LARGEST_BURST) this.#actOnAll();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#atEndOfTurn);
    }
  }

  #actOnAll(): void {
    const items = this.#waiting;
    this.#waiting = [];
    for (const item of items) this.#act(item);
  }
}
