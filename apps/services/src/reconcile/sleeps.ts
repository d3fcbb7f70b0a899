import { Unavailable } from '@traffic-tacos/kernel';
import { restAfter } from '@traffic-tacos/platform';
import type { Scheduler } from '@traffic-tacos/reservation';

/** The process ends, and what waits for a later look with it. */
class LookStopped extends Unavailable {
  override readonly name = 'LookStopped';
}

/** Sleeps that all end when the process does. */
export class Sleeps {
  readonly #timers: Scheduler;
  readonly #ends = new Set<() => void>();
  #isStopped = false;

  constructor(timers: Scheduler) {
    this.#timers = timers;
  }

  /** Wakes after at least so many ms. Rejects with `LookStopped` where it is stopped before. */
  for(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#isStopped) reject(new LookStopped('the process ends'));
    else {
      const end = (): void => {
        callOff();
        reject(new LookStopped('the process ends'));
      };
      this.#ends.add(end);
      const callOff = this.#timers.after(ms, () => {
        this.#ends.delete(end);
        resolve();
      });
    }
    return promise;
  }

  /** Throws `LookStopped` from the end of the process on. */
  check(): void {
    if (this.#isStopped) throw new LookStopped('the process ends');
  }

  stop(): void {
    this.#isStopped = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}

/** Pauses between the pieces of a look beside traffic, the longer the busier the machine is. */
export function createPauses(sleeps: Sleeps, monotonicMs: () => number): () => Promise<void> {
  let restMs = restAfter(0);
  return async () => {
    const dueMs = monotonicMs() + restMs;
    await sleeps.for(restMs);
    restMs = restAfter(monotonicMs() - dueMs);
  };
}
