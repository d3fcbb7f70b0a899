import { timestampOf } from '@traffic-tacos/contracts';
import type { ExtendSeatHoldRequest, ExtendSeatHoldResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { refuseExtend } from './refusals.ts';
import { claimOf } from './requests.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

const MS_PER_SECOND = 1_000;

/** Moves a hold's end, once. */
export function extendHold({ store, limits, clock }: RpcDependencies): UnaryHandler<ExtendSeatHoldRequest, ExtendSeatHoldResponse> {
  return async (request) => {
    const { reservationId, extensionSeconds } = request;
    const isTooShort = extensionSeconds < 1;
    const invalid = invalidRequest(
      requiredText('reservationId', reservationId, limits.idChars),
      isTooShort ? { field: 'extensionSeconds', reason: 'must be 1 or more' } : undefined,
    );
    if (invalid !== undefined) return invalid;
    const outcome = await store.extend({ ...claimOf(request), reservationId, extendByMs: extensionSeconds * MS_PER_SECOND });
    if (outcome.kind !== 'extended' && outcome.kind !== 'already_extended') return refuseExtend(outcome);
    return { holdExpiresAt: timestampOf(outcome.hold.expiresAtMs), extendedSeconds: extensionSeconds, error: undefined, now: timestampOf(clock.nowMs()) };
  };
}
