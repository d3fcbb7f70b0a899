/** When work that was put off is done. The simulator hands in its own. */
export interface Scheduler {
  /** Runs the task once, after the current turn of the event loop. Tasks run in the order they were given. */
  endOfTurn(task: () => void): void;
}

/** The event loop itself. */
export const eventLoop: Scheduler = {
  endOfTurn(task) {
    setImmediate(task);
  },
};

/** Resolves after the current turn. */
export function nextTurn(scheduler: Scheduler): Promise<void> {
  return new Promise((resolve) => {
    scheduler.endOfTurn(resolve);
  });
}
