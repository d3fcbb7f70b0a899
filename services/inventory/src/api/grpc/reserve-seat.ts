import { epochMsOf, timestampOf } from '@traffic-tacos/contracts';
import type { ReserveSeatRequest, ReserveSeatResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { parseId, type Limits } from '@traffic-tacos/kernel';
import { invalidRequest, requiredText, type Detail, type GrpcCall, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReserveCommand } from '../../domain/commands.ts';
import type { Hold } from '../../domain/hold.ts';
import { HOLD_STATUSES, SEAT_STATUSES, seatsOfHold } from './hold-messages.ts';
import { refuseReserve } from './refusals.ts';
import { askedPlaces, placeProblems } from './requests.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Makes a hold, or finds the one that an earlier attempt with the same key has made. */
export function reserveSeat(deps: RpcDependencies): UnaryHandler<ReserveSeatRequest, ReserveSeatResponse> {
  const { store, limits, holdMs } = deps;
  return async (request, call) => {
    const invalid = invalidRequest(...problemsOf(request, limits));
    if (invalid !== undefined) return invalid;
    const outcome = await store.reserve(commandOf(request, call, holdMs));
    return outcome.kind === 'held' || outcome.kind === 'exists' ? answer(deps, outcome.hold) : refuseReserve(outcome, request.section);
  };
}

const HAS_CONTROLS = /\p{Cc}/u;

function problemsOf(request: ReserveSeatRequest, limits: Limits): readonly (Detail | undefined)[] {
  const { reservationId, userId, holdExpiresAt } = request;
  return [
    parseId('rsv', reservationId) === undefined ? { field: 'reservationId', reason: 'must be rsv_ and the 26 characters of an id' } : undefined,
    requiredText('userId', userId, limits.idChars) ?? (HAS_CONTROLS.test(userId) ? { field: 'userId', reason: 'must not contain control characters' } : undefined),
    holdExpiresAt !== undefined && epochMsOf(holdExpiresAt) === undefined ? { field: 'holdExpiresAt', reason: 'is no instant' } : undefined,
    ...placeProblems(request, limits),
  ];
}

function commandOf(request: ReserveSeatRequest, { idempotencyKey }: GrpcCall, holdForMs: number): ReserveCommand {
  const { reservationId, userId, holdExpiresAt, admitted, split } = request;
  return {
    ...askedPlaces(request),
    mayBeApart: split,
    reservationId,
    userId,
    holdForMs,
    expiresAtUpperBoundMs: holdExpiresAt === undefined ? undefined : epochMsOf(holdExpiresAt),
    admission: admitted ? 'granted' : 'none',
    idempotencyKey,
  };
}

async function answer({ store, clock }: RpcDependencies, hold: Hold): Promise<ReserveSeatResponse | Refusal> {
  return {
    holdId: hold.reservationId,
    reservedSeats: await seatsOfHold(store, hold, SEAT_STATUSES[hold.state]),
    holdExpiresAt: timestampOf(hold.expiresAtMs),
    status: HOLD_STATUSES[hold.state],
    error: undefined,
    heldAt: timestampOf(hold.createdAtMs),
    now: timestampOf(clock.nowMs()),
    demandsAdmission: await store.demandsAdmission(hold.eventId),
  };
}
