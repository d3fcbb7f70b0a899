import type { BusEvent } from '@traffic-tacos/kernel';

/**
 * Where events go. A publication is durable when it resolves, and may come more than once: whoever takes an event off its queue tells a
 * repetition by its id.
 */
export interface Bus {
  /** Whether anybody is to get events of this type; the others need not be made. */
  wants(type: string): boolean;
  /**
   * Resolves with the events that were not taken, for now: only those are to be published again. Rejects with `Unavailable` when the bus is
   * not there; then some may have been taken.
   */
  publish(events: readonly BusEvent[]): Promise<readonly BusEvent[]>;
}
