import { status } from '@grpc/grpc-js';

/** What a value of `common.v1.ErrorCode` means on the wire. */
export interface GrpcErrorCode {
  /** Its number in the published contract. */
  readonly number: number;
  /** The status of a call that ends with it, where it is no outcome or the client wants outcomes as statuses. */
  readonly status: status;
  /** An expected outcome: it stands in the response's `error`, and the call ends with OK. */
  readonly isOutcome: boolean;
}

const outcome = (number: number, code: status): GrpcErrorCode => ({ number, status: code, isOutcome: true });
const failure = (number: number, code: status): GrpcErrorCode => ({ number, status: code, isOutcome: false });

/**
 * How each error code goes over gRPC, by its name without the prefix `ERROR_CODE_`. The table of REST codes names one of these for each of
 * its own (interfaces.md §1, §4). ABORTED is for conflicts with somebody else, of whom a repeat might find nothing; a refusal that stays
 * the same however often it is asked is FAILED_PRECONDITION.
 */
export const GRPC_ERROR_CODES: Readonly<Record<string, GrpcErrorCode>> = {
  UNAUTHENTICATED: failure(1, status.UNAUTHENTICATED),
  FORBIDDEN: failure(2, status.PERMISSION_DENIED),
  UNAUTHORIZED: failure(3, status.PERMISSION_DENIED),
  INVALID_ARGUMENT: failure(4, status.INVALID_ARGUMENT),
  NOT_FOUND: outcome(5, status.NOT_FOUND),
  ALREADY_EXISTS: outcome(6, status.ALREADY_EXISTS),
  FAILED_PRECONDITION: outcome(7, status.FAILED_PRECONDITION),
  RATE_LIMITED: failure(8, status.RESOURCE_EXHAUSTED),
  QUOTA_EXCEEDED: outcome(9, status.FAILED_PRECONDITION),
  IDEMPOTENCY_REQUIRED: failure(10, status.INVALID_ARGUMENT),
  IDEMPOTENCY_CONFLICT: outcome(11, status.ABORTED),
  RESERVATION_EXPIRED: outcome(12, status.FAILED_PRECONDITION),
  PAYMENT_NOT_APPROVED: outcome(13, status.FAILED_PRECONDITION),
  INVENTORY_CONFLICT: outcome(14, status.ABORTED),
  INSUFFICIENT_INVENTORY: outcome(15, status.FAILED_PRECONDITION),
  INTERNAL: failure(16, status.INTERNAL),
  UNAVAILABLE: failure(17, status.UNAVAILABLE),
  TIMEOUT: failure(18, status.DEADLINE_EXCEEDED),
  UPSTREAM_TIMEOUT: failure(19, status.DEADLINE_EXCEEDED),
  UPSTREAM_ERROR: failure(20, status.UNAVAILABLE),
  DATA_CORRUPTION: failure(21, status.DATA_LOSS),
  CONCURRENT_MODIFICATION: outcome(22, status.ABORTED),
};
