import type { ManualTimeSource } from '@traffic-tacos/journal/testing';
import type { Clock } from '@traffic-tacos/kernel';
import { must } from './breach.ts';

/** I5: the clock that decides goes on by exactly the time that passes, whatever the one on the wall says. */
export class DecidingClock {
  readonly #time: ManualTimeSource;
  #anchor = { nowMs: 0, monotonicMs: 0, bootId: '' as string | undefined };

  constructor(time: ManualTimeSource) {
    this.#time = time;
  }

  /** A process has begun. On the same boot its clock has gone on too, once anything at all stands in the journal. */
  goesOn(clock: Clock, lastSequence: number): void {
    const monotonicMs = this.#time.monotonicMs();
    const nowMs = clock.nowMs();
    const { bootId } = this.#time;
    const isSameBoot = bootId === this.#anchor.bootId;
    if (isSameBoot && lastSequence > 0) {
      const expectedMs = this.#anchor.nowMs + monotonicMs - this.#anchor.monotonicMs;
      must(Math.abs(nowMs - expectedMs) <= 1, 'I5', 'the decision clock', () => `is ${nowMs - expectedMs} ms off after a restart`);
    }
    this.#anchor = { nowMs, monotonicMs, bootId };
  }

  check(clock: Clock): void {
    const expectedMs = this.#anchor.nowMs + this.#time.monotonicMs() - this.#anchor.monotonicMs;
    must(clock.nowMs() === expectedMs, 'I5', 'the decision clock', () => `is ${clock.nowMs() - expectedMs} ms off the time that has passed`);
  }
}
