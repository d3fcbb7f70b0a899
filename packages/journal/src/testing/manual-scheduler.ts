import type { Scheduler } from '../scheduler.ts';

/** A turn ends when the test says so. */
export class ManualScheduler implements Scheduler {
  #tasks: (() => void)[] = [];

  get waiting(): number {
    return this.#tasks.length;
  }

  endOfTurn(task: () => void): void {
    this.#tasks.push(task);
  }

  /** Ends the turn: runs what waits for it. What these tasks put off waits for the next. */
  runTurn(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }
}
