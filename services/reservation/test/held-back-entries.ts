import { RecordedEntries } from '@traffic-tacos/reservation/testing';

/** Keeps entries, and tells nobody that they are durable while it is held back. */
export class HeldBackEntries extends RecordedEntries {
  #flush: PromiseWithResolvers<void> | undefined;

  holdBack(): void {
    this.#flush = Promise.withResolvers();
  }

  flush(): void {
    this.#flush?.resolve();
    this.#flush = undefined;
  }

  override durable(): Promise<void> {
    return this.#flush?.promise ?? Promise.resolve();
  }
}
