import { timestampOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { ReturnSeatsRequest, ReturnSeatsResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { withPrefix } from '@traffic-tacos/kernel';
import { invalidRequest, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { seatsOfHold } from './hold-messages.ts';
import { ORDER_NOT_FOUND } from './refusals.ts';
import { claimOf } from './requests.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Makes the places of an order free again, after a full refund. */
export function returnSeats({ store, limits, clock }: RpcDependencies): UnaryHandler<ReturnSeatsRequest, ReturnSeatsResponse> {
  return async (request) => {
    const { orderId } = request;
    const invalid = invalidRequest(requiredText('orderId', orderId, limits.idChars));
    if (invalid !== undefined) return invalid;
    if (!isOfOrder(request)) return ORDER_NOT_FOUND;
    const outcome = await store.returnSeats({ ...claimOf(request), orderId });
    if (outcome.kind === 'order_not_found') return ORDER_NOT_FOUND;
    const { kind, hold } = outcome;
    return {
      returnedSeats: kind === 'returned' ? await seatsOfHold(store, hold, SeatStatus.SEAT_STATUS_AVAILABLE) : [],
      returnedAt: timestampOf(hold.changedAtMs),
      error: undefined,
      now: timestampOf(clock.nowMs()),
    };
  };
}

/** An order has the suffix of its reservation. */
const isOfOrder = ({ orderId, reservationId }: ReturnSeatsRequest): boolean =>
  orderId.indexOf('_') > 0 && (reservationId === '' || reservationId === withPrefix('rsv', orderId));
