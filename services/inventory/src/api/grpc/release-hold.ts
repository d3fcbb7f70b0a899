import { timestampOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReleaseStatus, type ReleaseHoldRequest, type ReleaseHoldResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import type { Hold } from '../../domain/hold.ts';
import { seatsOfHold } from './hold-messages.ts';
import { refuseRelease } from './refusals.ts';
import { claimOf } from './requests.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Gives a hold up. One that has ended already stays as it is, and its places are not looked at. */
export function releaseHold({ store, limits, clock }: RpcDependencies): UnaryHandler<ReleaseHoldRequest, ReleaseHoldResponse> {
  const ended = (hold: Hold | undefined): ReleaseHoldResponse => ({
    releasedSeats: [],
    status: ReleaseStatus.RELEASE_STATUS_ALREADY_RELEASED,
    releasedAt: hold === undefined ? undefined : timestampOf(hold.changedAtMs),
    error: undefined,
    now: timestampOf(clock.nowMs()),
  });
  return async (request) => {
    const { reservationId } = request;
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const outcome = await store.release({ ...claimOf(request), reservationId });
    switch (outcome.kind) {
      case 'released': {
        const releasedSeats = await seatsOfHold(store, outcome.hold, SeatStatus.SEAT_STATUS_AVAILABLE);
        return { ...ended(outcome.hold), releasedSeats, status: ReleaseStatus.RELEASE_STATUS_SUCCESS };
      }
      case 'already_released':
        return ended(outcome.hold);
      case 'hold_expired':
        return ended(undefined);
      default:
        return refuseRelease(outcome);
    }
  };
}
