import { Unavailable } from '@traffic-tacos/kernel';
import type { ErrorCode } from '../../errors/error-table.ts';

/**
 * Why another service gave no answer. `unreachable`: it could not be reached, or could not decide. `timed_out`: not in time. `breaker_open`:
 * it was not asked, because it has failed too often of late. `too_many_calls`: not asked, because too many calls wait for it already.
 */
export type UpstreamFailureReason = 'unreachable' | 'timed_out' | 'breaker_open' | 'too_many_calls';

/** Another service gave no answer. Whether it has done what it was asked is not known, unless it was not asked. */
export class UpstreamFailure extends Unavailable {
  override readonly name = 'UpstreamFailure';
  readonly target: string;
  readonly reason: UpstreamFailureReason;
  /** What a client of ours is told. */
  readonly refusedAs: ErrorCode;
  /** When a repeat makes sense, where the service said so. */
  readonly retryAfterMs: number | undefined;

  constructor(target: string, reason: UpstreamFailureReason, refusedAs: ErrorCode, cause?: unknown, retryAfterMs?: number) {
    super(`${target}: ${reason}`, cause === undefined ? undefined : { cause });
    this.retryAfterMs = retryAfterMs;
    this.target = target;
    this.reason = reason;
    this.refusedAs = refusedAs;
  }
}
