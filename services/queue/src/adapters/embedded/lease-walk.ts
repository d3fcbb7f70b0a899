import type { EpochMs } from '@traffic-tacos/kernel';
import { isInLine } from '../../domain/place.ts';
import { leaseEndsAtMs } from '../../domain/presence.ts';
import type { QueueMemory } from './queue-memory.ts';

/** The rows of one slice whose lease may be over, by the number of their room: all rows are walked through about once a second. */
export class LeaseWalk {
  readonly #memory: QueueMemory;
  #at = 0;

  constructor(memory: QueueMemory) {
    this.#memory = memory;
  }

  slice(nowMs: EpochMs, most: number): ReadonlyMap<number, readonly number[]> {
    const { rows } = this.#memory;
    const found = new Map<number, number[]>();
    const end = Math.min(this.#at + most, rows.highWater);
    for (let row = this.#at; row < end; row++) {
      // The presence alone is looked at first: it stands close together.
      const polledAtMs = rows.polledAtMs(row);
      if (leaseEndsAtMs(polledAtMs, rows.pollAfterMs(row)) > nowMs || rows.versionOf(row) === 0 || !isInLine(rows.stateOf(row))) continue;
      const ofRoom = found.get(rows.roomOf(row));
      if (ofRoom === undefined) found.set(rows.roomOf(row), [row]);
      else ofRoom.push(row);
    }
    this.#at = end >= rows.highWater ? 0 : end;
    return found;
  }
}
