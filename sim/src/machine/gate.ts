const DONE = Promise.resolve();

/** Where operations of the disk, or messages, wait for their end: each has had its effect or is on its way, and whoever asked does not know it yet. */
export class Gate {
  #waiting: (() => void)[] = [];
  #isOpen = true;

  /** Those whose end somebody waits for. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** As `SimDiskOptions.latency`. */
  readonly latency = (): Promise<void> => {
    if (this.#isOpen) return DONE;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  };

  /** From now on each waits for `endOne`. */
  close(): void {
    this.#isOpen = false;
  }

  /** Nothing waits any more, and nothing will. */
  open(): void {
    this.#isOpen = true;
    for (const end of this.#waiting.splice(0)) end();
  }

  /** Ends the one in that place of those that wait. */
  endOne(at: number): void {
    this.#waiting.splice(at, 1)[0]?.();
  }
}
