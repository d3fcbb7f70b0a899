import { timestampOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { CommitStatus, type CommitReservationRequest, type CommitReservationResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { seatsOfHold } from './hold-messages.ts';
import { refuseCommit } from './refusals.ts';
import { claimOf } from './requests.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Sells what is held. The payment has been checked by who asks for it. */
export function commitReservation({ store, limits, clock }: RpcDependencies): UnaryHandler<CommitReservationRequest, CommitReservationResponse> {
  return async (request) => {
    const { reservationId, reacquire } = request;
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const outcome = await store.commit({ ...claimOf(request), reservationId, reacquire });
    if (outcome.kind !== 'committed' && outcome.kind !== 'already_committed') return refuseCommit(outcome);
    const { orderId, hold } = outcome;
    return {
      orderId,
      soldSeats: await seatsOfHold(store, hold, SeatStatus.SEAT_STATUS_SOLD),
      status: CommitStatus.COMMIT_STATUS_SUCCESS,
      committedAt: timestampOf(hold.changedAtMs),
      error: undefined,
      now: timestampOf(clock.nowMs()),
    };
  };
}
