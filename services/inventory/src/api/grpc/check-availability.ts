import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { CheckAvailabilityRequest, CheckAvailabilityResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { invalidRequest, type UnaryHandler } from '@traffic-tacos/kit';
import { seatMessage } from './hold-messages.ts';
import { refusePlaces } from './refusals.ts';
import { askedPlaces, placeProblems } from './requests.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Answers from the counts that stand published already: it neither waits nor decides. */
export function checkAvailability({ store, limits }: RpcDependencies): UnaryHandler<CheckAvailabilityRequest, CheckAvailabilityResponse> {
  return async (request) => {
    const invalid = invalidRequest(...placeProblems(request, limits));
    if (invalid !== undefined) return invalid;
    const { quantity } = request;
    const outcome = await store.availability({ ...askedPlaces(request), quantity });
    if (outcome.kind !== 'availability') return refusePlaces(outcome, request.section);
    const { isAvailable, currency, free, taken, remaining } = outcome;
    return {
      available: isAvailable,
      availableSeats: free.map((seat) => seatMessage(seat, { amount: seat.priceMinor, currency }, SeatStatus.SEAT_STATUS_AVAILABLE)),
      unavailableSeatIds: [...taken],
      remainingInSection: remaining,
      error: undefined,
    };
  };
}
