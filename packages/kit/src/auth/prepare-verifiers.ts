import type { Logger } from '../logging/logger.ts';
import type { PreparedVerifier } from './token-verifier.ts';

/**
 * Has the issuer's keys fetched while the process starts. Nobody waits for it: a start does not depend on whether the issuer is there, and
 * whoever shows a token meanwhile waits for the same answer.
 */
export async function prepareVerifiers(verifiers: readonly PreparedVerifier[], logger: Logger): Promise<void> {
  const [failure] = (await Promise.all(verifiers.map((verifier) => verifier.prepare()))).filter((outcome) => outcome !== undefined);
  if (failure !== undefined) logger.warn({ reason: failure.message }, "the issuer's keys cannot be had yet: they are asked for again with the first token");
}
