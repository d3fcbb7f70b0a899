import { METRICS, type Metrics } from '@traffic-tacos/kit';
import type { QueueMeters } from '../../ports/queue-meters.ts';
import type { RoomReading } from '../../ports/queue-store.ts';

/** Events with figures of their own. */
const OWN_EVENTS = 200;
/** Stands for all other events. An event of this name is among them. */
const OTHER = 'other';

/** Counts who is let in, and says at each scrape who waits. The first events that ever had a room keep figures of their own while the process lives. */
export function createQueueMeters(metrics: Metrics, rooms: () => Iterable<RoomReading>): QueueMeters {
  const own = new Set<string>();
  const labelOf = (eventId: string): string => {
    if (own.has(eventId)) return eventId;
    if (eventId === OTHER || own.size >= OWN_EVENTS) return OTHER;
    own.add(eventId);
    return eventId;
  };
  const admitted = metrics.counter(METRICS.queueAdmitted);
  const waits = metrics.histogram(METRICS.queueWait).with();
  metrics.gauge(METRICS.queueWaiting, (gauge) => {
    const waiting = new Map<string, number>();
    for (const { room, waiting: people } of rooms()) waiting.set(labelOf(room.eventId), (waiting.get(labelOf(room.eventId)) ?? 0) + people);
    for (const [event, people] of waiting) gauge.with(event).set(people);
  });
  return {
    letIn: (eventId, waitsMs) => {
      if (waitsMs.length === 0) return;
      admitted.with(labelOf(eventId)).inc(waitsMs.length);
      for (const waitMs of waitsMs) waits.observe(waitMs / 1_000);
    },
  };
}
