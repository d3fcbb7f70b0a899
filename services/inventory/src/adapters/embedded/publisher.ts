import type { EventPublication, Publisher } from './event-publication.ts';

/** The journal, as far as publishing needs it: it tells when a group takes no more entries and when it is on disk. */
export interface FlushFeed {
  /** Answers the way to end it. */
  subscribe(observer: { sealed(): void; flushed(): void }): () => void;
}

/** Shows strangers what is on disk, group by group. */
export class GroupPublisher implements Publisher {
  #changed: EventPublication[] = [];
  #sealed: EventPublication[] = [];

  hasChanged(event: EventPublication): void {
    this.#changed.push(event);
  }

  sealed(): void {
    for (const event of this.#changed) event.seal();
    this.#sealed.push(...this.#changed);
    this.#changed = [];
  }

  flushed(): void {
    for (const event of this.#sealed) event.flush();
    this.#sealed = [];
  }

  /** Shows everything: after recovery, all that is in memory is on disk. */
  showAll(): void {
    this.sealed();
    this.flushed();
  }
}
