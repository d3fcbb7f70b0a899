import type { Clock, EpochMs } from '@traffic-tacos/kernel';

interface Planned {
  readonly atMs: number;
  readonly run: () => void;
}

/** Wake-ups in virtual time: nothing runs until somebody looks at the clock, however late that is. */
export class VirtualTimers {
  readonly #clock: Clock;
  readonly #ran: () => void;
  /** The earliest first; of those at one instant, the one that was planned first. There are never more than a few. */
  readonly #planned: Planned[] = [];

  /** `ran` is called in the turn in which a timer has run, right after it. */
  constructor(clock: Clock, ran: () => void) {
    this.#clock = clock;
    this.#ran = ran;
  }

  /** The instant of the decision clock at which the next one is due; undefined when none is planned. */
  get nextAtMs(): number | undefined {
    return this.#planned[0]?.atMs;
  }

  get isDue(): boolean {
    return (this.#planned[0]?.atMs ?? Number.POSITIVE_INFINITY) <= this.#clock.nowMs();
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#plan(this.#clock.nowMs() + Math.max(0, delayMs), run);
  }

  at(atMs: EpochMs, run: () => void): () => void {
    return this.#plan(atMs, run);
  }

  /** Runs the earliest that is due; answers false when none is. */
  runOneDue(): boolean {
    const [earliest] = this.#planned;
    if (earliest === undefined || earliest.atMs > this.#clock.nowMs()) return false;
    this.#planned.shift();
    earliest.run();
    this.#ran();
    return true;
  }

  #plan(atMs: number, run: () => void): () => void {
    const planned = { atMs, run };
    let place = this.#planned.length;
    while (place > 0 && (this.#planned[place - 1]?.atMs ?? 0) > atMs) place--;
    this.#planned.splice(place, 0, planned);
    return () => this.#take(planned);
  }

  #take(planned: Planned): void {
    const at = this.#planned.indexOf(planned);
    if (at >= 0) this.#planned.splice(at, 1);
  }
}
