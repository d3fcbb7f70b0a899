import type { TimeSource } from '../time-source.ts';

const FIRST_WALL_MS = 1_700_000_000_000;

/** Clocks that stand still until they are told to move: tests and the simulator. */
export class ManualTimeSource implements TimeSource {
  bootId: string | undefined = 'boot-1';
  #monotonicMs = 1_000;
  #wallMs: number;

  constructor(wallMs = FIRST_WALL_MS) {
    this.#wallMs = wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  /** Time passes on both clocks. */
  advance(ms: number): void {
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }

  /** Somebody sets the wall clock, forwards or back; no time passes. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Time passes, and the wall clock does not notice. */
  advanceMonotonicOnly(ms: number): void {
    this.#monotonicMs += ms;
  }

  /** Another boot: the monotonic clock begins again. */
  reboot(bootId: string | undefined): void {
    this.bootId = bootId;
    this.#monotonicMs = 0;
  }
}
