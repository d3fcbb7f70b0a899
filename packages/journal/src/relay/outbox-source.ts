import type { BusEvent } from '@traffic-tacos/kernel';
import type { ByteReader } from '../bytes.ts';

/** Where a source puts what it finds. */
export interface FoundEvents {
  /** Whether anybody is to get events of this type. */
  wants(type: string): boolean;
  add(event: BusEvent): void;
  /** There was an event that nobody wants: it need not be made. */
  pass(): void;
}

/**
 * The events that a service announces with the records it writes: the journal is its outbox. An event is made from the records of its own
 * entry alone, so that it says the same whenever it is relayed.
 */
export interface OutboxSource {
  /** Of the records that it is to see. */
  readonly recordTypes: readonly number[];
  /** Called with each of them in the order of the journal. The record is from `start` to `end` of the reader's bytes; records of one entry share one reader. */
  read(type: number, layout: number, reader: ByteReader, start: number, end: number, found: FoundEvents): void;
}

/** Who takes events on. */
export interface Publisher {
  /** Whether anybody is to get events of this type. */
  wants(type: string): boolean;
  /** Resolves, when what it took is durable, with the events that it did not take. Rejects with `Unavailable`; then it may have taken some. */
  publish(events: readonly BusEvent[]): Promise<readonly BusEvent[]>;
}
