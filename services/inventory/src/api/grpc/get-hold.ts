import { timestampOf } from '@traffic-tacos/contracts';
import { HoldStatus, type GetHoldRequest, type GetHoldResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { HOLD_STATUSES } from './hold-messages.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** What has become of a hold. There may be none, which is an answer as well: whoever asks has the clock of it. */
export function getHold({ store, limits, clock }: RpcDependencies): UnaryHandler<GetHoldRequest, GetHoldResponse> {
  return async ({ reservationId }) => {
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const hold = await store.holdStatus(reservationId);
    return {
      status: hold === undefined ? HoldStatus.HOLD_STATUS_UNSPECIFIED : HOLD_STATUSES[hold.state],
      holdExpiresAt: hold === undefined ? undefined : timestampOf(hold.expiresAtMs),
      error: undefined,
      now: timestampOf(clock.nowMs()),
    };
  };
}
