import { Unavailable } from '@traffic-tacos/kernel';
import { UpstreamFailure } from '../grpc/client/upstream-failure.ts';
import type { Refusal } from '../http/route.ts';
import { refuse } from './registry.ts';

/** Clients wait this long before they try again when the store or a dependency could not decide, and did not say how long. */
const RETRY_AFTER_SECONDS = 1;

/** What a thrown value means to the client, and whether it is a bug of ours. */
export interface ConvertedThrown {
  readonly refusal: Refusal;
  /** Our fault: to be logged with its stack. An `Unavailable` is an operating condition. */
  readonly isBug: boolean;
}

/**
 * The one place where something thrown becomes an answer: `Unavailable` is 503 with `Retry-After` (or what another service's failure is
 * called), everything else is 500. The cause goes to the log and never into the answer.
 */
export function convertThrown(thrown: unknown): ConvertedThrown {
  if (thrown instanceof Unavailable) {
    const { refusedAs: code = 'SERVICE_UNAVAILABLE', retryAfterMs = 0 } = thrown instanceof UpstreamFailure ? thrown : {};
    const retryAfterSeconds = Math.max(RETRY_AFTER_SECONDS, Math.ceil(retryAfterMs / 1000));
    return { refusal: refuse(code, { retryAfterSeconds }), isBug: false };
  }
  return { refusal: refuse('INTERNAL_ERROR'), isBug: true };
}
