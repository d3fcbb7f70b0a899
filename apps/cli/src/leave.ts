import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@traffic-tacos/kit';

/**
 * Ends the process at once. Whoever listens for its end is not asked any more: a log whose disk is full would try for ever to write its last
 * lines.
 */
export function leave(exitCode: number): never {
  process.removeAllListeners('exit');
  process.exit(exitCode);
}

/** Hands the log's last lines to the system, if it takes them in time. */
export async function flushWithin(logger: Logger, limitMs: number): Promise<void> {
  await Promise.race([logger.flush(), wait(limitMs)]);
}
