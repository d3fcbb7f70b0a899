import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../logging/logger.ts';
import type { PreparedVerifier } from './token-verifier.ts';

/** An issuer that starts after those who believe it is there within seconds, which is nothing to tell of. */
const ATTEMPTS = 15;
const PAUSE_MS = 1_000;

/**
 * Has the issuer's keys fetched while the process starts, time and again where the issuer is not there yet. Nobody waits for it: a start does not depend on
 * whether the issuer is there, and whoever shows a token meanwhile waits for the same answer.
 */
export async function prepareVerifiers(verifiers: readonly PreparedVerifier[], logger: Logger, attempts = ATTEMPTS, wait = (ms: number): Promise<unknown> => pause(ms, undefined, { ref: false })): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [failure] = (await Promise.all(verifiers.map((verifier) => verifier.prepare()))).filter((outcome) => outcome !== undefined);
    if (failure === undefined) return;
    if (attempt >= attempts) return logger.warn({ reason: failure.message }, "the issuer's keys cannot be had yet: they are asked for again with the first token");
    await wait(PAUSE_MS);
  }
}
