const DONE = Promise.resolve();

/** Where disk operations wait for their end: each has had its effect, and whoever asked does not know it yet. */
export class DiskGate {
  #waiting: (() => void)[] = [];
  #isOpen = true;

  /** Operations whose end somebody waits for. */
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

  /** From now on each operation waits for `endOne`. */
  close(): void {
    this.#isOpen = false;
  }

  /** Nothing waits any more, and nothing will. */
  open(): void {
    this.#isOpen = true;
    for (const end of this.#waiting.splice(0)) end();
  }

  /** Ends one of those that wait; which one, `choice` says. */
  endOne(choice: number): void {
    this.#waiting.splice(choice % this.#waiting.length, 1)[0]?.();
  }

  /** The process that waited is dead: nobody is told. */
  abandon(): void {
    this.#waiting = [];
  }
}
