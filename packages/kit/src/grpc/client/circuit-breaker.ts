import type { Clock } from '@traffic-tacos/kernel';

/** When a breaker opens and closes. All times are in ms. */
export interface BreakerSettings {
  /** It opens when at least this part of the window's calls have failed. */
  readonly failureRatio: number;
  /** How long nobody is let through after that. */
  readonly openMs: number;
  /** How far back calls count. */
  readonly windowMs: number;
  /** Fewer calls than this in the window decide nothing. */
  readonly leastCalls: number;
  /** Calls let through after that time, all of which must succeed for it to close. */
  readonly trials: number;
}

export type BreakerState = 'closed' | 'half_open' | 'open';

/** What a call must hand back when it has ended. */
export type BreakerTicket = number;

const SLICES = 10;

/**
 * Stops asking what keeps failing. Closed, it lets everybody through and counts. Open, nobody. After `openMs` a few trials are let through,
 * and nobody else waits for them: whoever is not a trial is told at once.
 *
 * Non-goals: waiting, repeating, deadlines. It is told the time by the decision clock, so that a step of the wall clock neither opens nor
 * holds it.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  readonly #onState: (state: BreakerState) => void;
  readonly #sliceMs: number;
  readonly #calls = new Uint32Array(SLICES);
  readonly #failures = new Uint32Array(SLICES);
  /** Number of the newest slice, counted from the clock's zero. */
  #slice = 0;
  #state: BreakerState = 'closed';
  #openedAtMs = 0;
  #trialsLeft = 0;
  #trialsWon = 0;
  /** Counts the changes of state: a call that began before the last one says nothing about the state now. */
  #generation: BreakerTicket = 1;

  constructor(settings: BreakerSettings, clock: Clock, onState: (state: BreakerState) => void) {
    this.#settings = settings;
    this.#clock = clock;
    this.#onState = onState;
    this.#sliceMs = settings.windowMs / SLICES;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Undefined: not let through. Every ticket is handed back once, by one of the three methods below. */
  enter(): BreakerTicket | undefined {
    if (this.#state === 'closed') return this.#generation;
    if (this.#state === 'open' && this.#clock.nowMs() - this.#openedAtMs >= this.#settings.openMs) {
      this.#trialsLeft = this.#settings.trials;
      this.#trialsWon = 0;
      this.#become('half_open');
    }
    if (this.#state === 'open' || this.#trialsLeft === 0) return undefined;
    this.#trialsLeft--;
    return this.#generation;
  }

  succeeded(ticket: BreakerTicket): void {
    if (ticket !== this.#generation) return;
    if (this.#state === 'closed') return this.#count(0);
    this.#trialsWon++;
    if (this.#trialsWon < this.#settings.trials) return;
    this.#calls.fill(0);
    this.#failures.fill(0);
    this.#become('closed');
  }

  failed(ticket: BreakerTicket): void {
    if (ticket !== this.#generation) return;
    if (this.#state === 'closed') this.#count(1);
    if (this.#state === 'half_open' || this.#hasFailedTooOften()) {
      this.#openedAtMs = this.#clock.nowMs();
      this.#become('open');
    }
  }

  /** The call ended in a way that says nothing about the other side. */
  undecided(ticket: BreakerTicket): void {
    if (ticket === this.#generation && this.#state === 'half_open') this.#trialsLeft++;
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#generation++;
    this.#onState(state);
  }

  #count(failures: 0 | 1): void {
    this.#turn();
    const place = this.#slice % SLICES;
    this.#calls[place] = (this.#calls[place] ?? 0) + 1;
    this.#failures[place] = (this.#failures[place] ?? 0) + failures;
  }

  /** Forgets the slices that have left the window since the last call. */
  #turn(): void {
    const now = Math.floor(this.#clock.nowMs() / this.#sliceMs);
    const passed = Math.min(now - this.#slice, SLICES);
    for (let i = 1; i <= passed; i++) {
      const place = (now - passed + i) % SLICES;
      this.#calls[place] = 0;
      this.#failures[place] = 0;
    }
    if (passed > 0) this.#slice = now;
  }

  #hasFailedTooOften(): boolean {
    let calls = 0;
    let failures = 0;
    for (let i = 0; i < SLICES; i++) {
      calls += this.#calls[i] ?? 0;
      failures += this.#failures[i] ?? 0;
    }
    const { leastCalls, failureRatio } = this.#settings;
    return calls >= leastCalls && failures >= calls * failureRatio;
  }
}
