/** The part of `process` that stopping needs. */
export interface SignalledProcess {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/** What a shell reports of a program that a signal has ended: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * On the first SIGINT or SIGTERM runs `stop`, then ends the process with the code it gives, 1 when it rejects. On a second signal the
 * process ends at once: whoever presses Ctrl-C twice means it. Answers a function that takes the listeners away again.
 */
export function stopOnSignal(target: SignalledProcess, stop: (signal: 'SIGINT' | 'SIGTERM') => Promise<number>): () => void {
  let isStopping = false;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (isStopping) {
      target.exit(EXIT_CODES[signal]);
      return;
    }
    isStopping = true;
    stop(signal).then(
      (code) => target.exit(code),
      () => target.exit(1),
    );
  };
  const onInterrupt = (): void => onSignal('SIGINT');
  const onTerminate = (): void => onSignal('SIGTERM');
  target.on('SIGINT', onInterrupt);
  target.on('SIGTERM', onTerminate);
  return () => {
    target.off('SIGINT', onInterrupt);
    target.off('SIGTERM', onTerminate);
  };
}
