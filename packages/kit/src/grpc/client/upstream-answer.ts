import { status, type ServiceError } from '@grpc/grpc-js';
import type { Detail } from '../../http/route.ts';
import { decodeRpcStatus, STATUS_DETAILS_KEY } from '../rpc-status.ts';

/** The service has decided. `answered` may still carry an `error` of its own in the response. `refused`: a status that a repeat gets again. */
export type UpstreamAnswer<Response> =
  | { readonly kind: 'answered'; readonly response: Response }
  | { readonly kind: 'refused'; readonly refusal: UpstreamRefusal };

export interface UpstreamRefusal {
  /** `INVALID_ARGUMENT`, `PERMISSION_DENIED`… */
  readonly status: string;
  /** The code of the error table; empty where the service is none of ours. */
  readonly reason: string;
  readonly message: string;
  readonly details: readonly Detail[];
  /** When a repeat makes sense, where the service said so. */
  readonly retryAfterMs?: number;
}

/** What one attempt came to, where it was no answer. */
export interface FailedAttempt {
  readonly kind: 'failed';
  readonly isTimeout: boolean;
  /** The same question may be asked again. */
  readonly isRepeatable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly cause: unknown;
}

/** Statuses that are no decision: the other side, or what lies between, is not well. */
const NO_DECISION: ReadonlySet<status> = new Set([
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

export function endedAttempt(error: ServiceError): FailedAttempt | (UpstreamAnswer<never> & { readonly kind: 'refused' }) {
  const { code } = error;
  const encoded = error.metadata.get(STATUS_DETAILS_KEY)[0];
  const details = Buffer.isBuffer(encoded) ? decodeRpcStatus(encoded) : undefined;
  if (NO_DECISION.has(code)) {
    return {
      kind: 'failed',
      isTimeout: code === status.DEADLINE_EXCEEDED,
      isRepeatable: code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED,
      retryAfterMs: details?.retryAfterMs,
      cause: error,
    };
  }
  const refusal = { status: status[code], reason: details?.reason ?? '', message: error.details, details: details?.violations ?? [] };
  const retryAfterMs = details?.retryAfterMs;
  return { kind: 'refused', refusal: retryAfterMs === undefined ? refusal : { ...refusal, retryAfterMs } };
}
