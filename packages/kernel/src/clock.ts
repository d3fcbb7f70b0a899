import { epochMs, type DurationMs, type EpochMs } from './units.ts';

/**
 * Where instants come from. The one clock that decides is the inventory writer's; every other part of the process is
 * handed the same object.
 */
export interface Clock {
  /** The instant that decisions use. It never goes back while the process lives. */
  nowMs(): EpochMs;
  /** Wall time, for tokens, webhook windows and sale windows. It may step. */
  wallMs(): EpochMs;
}

/** A clock that stands still until it is told to move: tests and the simulator. */
export class ManualClock implements Clock {
  #nowMs: EpochMs;

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = epochMs(startMs);
  }

  nowMs(): EpochMs {
    return this.#nowMs;
  }

  wallMs(): EpochMs {
    return this.#nowMs;
  }

  advance(by: DurationMs | number): void {
    this.#nowMs = epochMs(this.#nowMs + by);
  }

  set(to: EpochMs | number): void {
    this.#nowMs = epochMs(to);
  }
}
