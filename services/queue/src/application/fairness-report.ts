import type { EventId } from '@traffic-tacos/kernel';
import { endOfClassSec } from '../domain/room.ts';
import type { QueueStore } from '../ports/queue-store.ts';

/** How fairly a room has treated those who came to it. */
export interface FairnessReport {
  /** Turns given; somebody who does not claim one in time gets another. */
  readonly turns: number;
  /** Turns that nobody claimed in time. */
  readonly noShows: number;
  /** Turns given while somebody silent stood ahead. */
  readonly overtakes: number;
  /** Seconds from joining until one's turn, each the upper end of its class; undefined before the first turn. */
  readonly waitSec: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number } | undefined;
}

/** Undefined where nobody has ever joined. */
export function fairnessReport(store: Pick<QueueStore, 'room'>, eventId: EventId): FairnessReport | undefined {
  const room = store.room(eventId)?.room;
  if (room === undefined) return undefined;
  const { letIn, noShows, overtakes, waits } = room;
  const at = (part: number): number => percentile(waits, letIn, part);
  return { turns: letIn, noShows, overtakes, waitSec: letIn === 0 ? undefined : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) } };
}

function percentile(waits: readonly number[], total: number, part: number): number {
  let below = 0;
  for (const [index, count] of waits.entries()) {
    below += count;
    if (count > 0 && below >= total * part) return hundredths(endOfClassSec(index));
  }
  return hundredths(endOfClassSec(waits.length - 1));
}

const hundredths = (seconds: number): number => Math.ceil(seconds * 100) / 100;
