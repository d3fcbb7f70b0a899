import type { EventId } from '@traffic-tacos/kernel';

/** What is counted of the waiting rooms. */
export interface QueueMeters {
  /** People whose turn has come, by how long each had waited. */
  letIn(eventId: EventId, waitsMs: readonly number[]): void;
}
