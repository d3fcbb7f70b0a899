import type { Logger } from '../logging/logger.ts';

/** The part of `process` that reopening needs. */
export interface HungUpProcess {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

/**
 * On SIGHUP the log's file is opened anew, as `logrotate` expects after it has moved the old one away. Only for processes whose log was given a
 * file: the signal ends the others, as it does when their terminal closes. Answers a function that takes the listener away again.
 */
export function reopenOnHangup(target: HungUpProcess, logger: Pick<Logger, 'info' | 'reopen'>): () => void {
  const onHangup = (): void => {
    logger.reopen();
    logger.info({}, 'the log goes on in a file that was opened anew');
  };
  target.on('SIGHUP', onHangup);
  return () => void target.off('SIGHUP', onHangup);
}
