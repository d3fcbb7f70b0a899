import type { Scheduler } from '@traffic-tacos/reservation';

/** Wake-ups by the timers of the runtime, which do not keep the process alive. */
export const runtimeTimers: Scheduler = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
