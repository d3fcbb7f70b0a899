import { epochMs, type EpochMs } from '@traffic-tacos/kernel';

/**
 * The newest instant that anything was decided or looked at. A caller that waited since it read the clock decides at an instant that
 * others have passed already: it is brought up to them, so that what has once been over is over for everybody.
 */
export class LatestInstant {
  #latest = epochMs(0);

  advance(now: EpochMs): EpochMs {
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }
}
