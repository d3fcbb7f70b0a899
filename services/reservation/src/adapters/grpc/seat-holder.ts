import { epochMsOf, InventoryService, timestampOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import { ErrorCode, type Error as WireError } from '@traffic-tacos/contracts/proto/common/v1/errors';
import { CommitReservationRequest, ExtendSeatHoldRequest, GetHoldRequest, HoldStatus, ReleaseHoldRequest, ReleaseStatus, ReserveSeatRequest, ReturnSeatsRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { epochMs, withPrefix } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel, type UpstreamAnswer } from '@traffic-tacos/kit';
import { askedWhenReached } from '../../ports/not-asked.ts';
import type { CommitOptions, CommitOutcome, ExpireOutcome, ExtendOutcome, HoldCommand, HoldOutcome, ReleaseOutcome, ReturnOutcome, SeatHolder } from '../../ports/seat-holder.ts';
import type { FollowedClock } from './followed-clock.ts';
import { heldOutcome, refusedHold } from './hold-answers.ts';
import { errorOf, instantOf, meaningOf, responseOf, type Refusals } from './wire-answers.ts';

const IDEMPOTENT = ['commitReservation', 'releaseHold', 'extendHold', 'returnSeats', 'getHold'] as const;

/** An answer that may say what the inventory's clock shows. */
interface Timed {
  readonly now?: Timestamp | undefined;
}

/**
 * The reservation service's way to its seats in another process. The channel's deadline is that of every question. `clock` is told what the
 * inventory's shows.
 */
export function grpcSeatHolder(channel: GrpcChannel, clock?: FollowedClock): SeatHolder {
  const inventory = createUnaryClient(channel, InventoryService, { idempotent: IDEMPOTENT });
  const listening = async <Response extends Timed>(ask: () => Promise<UpstreamAnswer<Response>>): Promise<UpstreamAnswer<Response>> => {
    const askedAtMs = clock?.ownMs();
    const answer = await ask();
    const now = answer.kind === 'answered' && answer.response.now !== undefined ? epochMsOf(answer.response.now) : undefined;
    if (clock !== undefined && askedAtMs !== undefined && now !== undefined) clock.heard(epochMs(now), askedAtMs);
    return answer;
  };

  const hold = async (command: HoldCommand): Promise<HoldOutcome> => {
    // Where the client sent no key, the hold's own id is one.
    const { idempotencyKey = command.reservationId } = command;
    const answer = await listening(() => inventory.reserveSeat(holdRequest(command, idempotencyKey), { idempotencyKey }));
    if (answer.kind === 'refused') return refusedHold(answer.refusal);
    return heldOutcome(command, answer.response);
  };
  const commit = async (reservationId: string, { reacquire, paymentIntentId }: CommitOptions): Promise<CommitOutcome> => {
    const request = CommitReservationRequest.create({ reservationId, reacquire, paymentIntentId: paymentIntentId ?? '' });
    const error = errorOf(await listening(() => inventory.commitReservation(request)));
    return error === undefined ? { kind: 'committed' } : { kind: meaningOf(COMMIT_REFUSALS, error) };
  };
  const release = async (reservationId: string): Promise<ReleaseOutcome> => {
    const answer = await listening(() => inventory.releaseHold(ReleaseHoldRequest.create({ reservationId })));
    const error = errorOf(answer);
    if (error !== undefined) return { kind: meaningOf(RELEASE_REFUSALS, error) };
    const { status, releasedAt } = responseOf(answer);
    // A hold that ended by its instant was given up by nobody, so there is no moment of it.
    const isOver = status === ReleaseStatus.RELEASE_STATUS_ALREADY_RELEASED && releasedAt === undefined;
    return { kind: isOver ? 'hold_expired' : 'released' };
  };
  /** Only the inventory knows whether a hold is over. */
  const expire = async (reservationId: string): Promise<ExpireOutcome> => {
    const { status } = responseOf(await listening(() => inventory.getHold(GetHoldRequest.create({ reservationId }))));
    return { kind: ENDINGS[status] ?? 'hold_not_found' };
  };
  const extend = async (reservationId: string, byMs: number): Promise<ExtendOutcome> => {
    const answer = await listening(() => inventory.extendHold(ExtendSeatHoldRequest.create({ reservationId, extensionSeconds: byMs / 1000 })));
    const error = errorOf(answer);
    if (error !== undefined) return { kind: isOfEndedHold(error) ? 'hold_expired' : meaningOf(EXTEND_REFUSALS, error) };
    return { kind: 'extended', expiresAtMs: instantOf(responseOf(answer).holdExpiresAt, 'hold_expires_at') };
  };
  const giveBack = async (orderId: string): Promise<ReturnOutcome> => {
    const request = ReturnSeatsRequest.create({ orderId, reservationId: withPrefix('rsv', orderId) });
    const error = errorOf(await listening(() => inventory.returnSeats(request)));
    return error === undefined ? { kind: 'returned' } : { kind: meaningOf(RETURN_REFUSALS, error) };
  };

  return {
    hold: (command) => Promise.resolve(askedWhenReached(() => hold(command))),
    commit: (reservationId, _orderId, options) => Promise.resolve(askedWhenReached(() => commit(reservationId, options))),
    release: (reservationId) => Promise.resolve(askedWhenReached(() => release(reservationId))),
    expire: (reservationId) => Promise.resolve(askedWhenReached(() => expire(reservationId))),
    extend: (reservationId, byMs) => Promise.resolve(askedWhenReached(() => extend(reservationId, byMs))),
    return: (orderId) => Promise.resolve(askedWhenReached(() => giveBack(orderId))),
  };
}

function holdRequest(command: HoldCommand, idempotencyKey: string): ReserveSeatRequest {
  const { reservationId, eventId, userId, seatIds = [], quantity, section = '', mayBeApart = false, expiresAtUpperBoundMs, admission } = command;
  const holdExpiresAt = expiresAtUpperBoundMs === undefined ? undefined : timestampOf(expiresAtUpperBoundMs);
  return ReserveSeatRequest.create({
    reservationId, eventId, userId, seatIds: [...seatIds], quantity, section, idempotencyKey, holdExpiresAt, admitted: admission === 'granted', split: mayBeApart,
  });
}

/** A hold whose seats are sold did not end: what has sold them is carried through. */
const ENDINGS: Readonly<Partial<Record<HoldStatus, ExpireOutcome['kind']>>> = {
  [HoldStatus.HOLD_STATUS_ACTIVE]: 'not_due',
  [HoldStatus.HOLD_STATUS_COMMITTED]: 'not_due',
  [HoldStatus.HOLD_STATUS_EXPIRED]: 'ended',
  [HoldStatus.HOLD_STATUS_RELEASED]: 'ended',
};

const COMMIT_REFUSALS: Refusals<Exclude<CommitOutcome['kind'], 'committed'>> = {
  [ErrorCode.ERROR_CODE_RESERVATION_EXPIRED]: 'hold_expired',
  [ErrorCode.ERROR_CODE_INVENTORY_CONFLICT]: 'seats_gone',
  [ErrorCode.ERROR_CODE_FAILED_PRECONDITION]: 'hold_released',
  [ErrorCode.ERROR_CODE_NOT_FOUND]: 'hold_not_found',
};

const RELEASE_REFUSALS: Refusals<Exclude<ReleaseOutcome['kind'], 'released'>> = {
  [ErrorCode.ERROR_CODE_RESERVATION_EXPIRED]: 'hold_expired',
  [ErrorCode.ERROR_CODE_FAILED_PRECONDITION]: 'already_committed',
  [ErrorCode.ERROR_CODE_NOT_FOUND]: 'hold_not_found',
};

const EXTEND_REFUSALS: Refusals<Exclude<ExtendOutcome['kind'], 'extended'>> = {
  [ErrorCode.ERROR_CODE_RESERVATION_EXPIRED]: 'hold_expired',
  [ErrorCode.ERROR_CODE_FAILED_PRECONDITION]: 'extension_not_allowed',
  [ErrorCode.ERROR_CODE_NOT_FOUND]: 'hold_not_found',
};

const RETURN_REFUSALS: Refusals<'order_not_found'> = {
  [ErrorCode.ERROR_CODE_NOT_FOUND]: 'order_not_found',
  [ErrorCode.ERROR_CODE_FAILED_PRECONDITION]: 'order_not_found',
};

/** What was sold, released or returned can no more be extended than what is over. */
const isOfEndedHold = ({ code, details }: WireError): boolean =>
  code === ErrorCode.ERROR_CODE_FAILED_PRECONDITION && details.some(({ reason }) => ['sold', 'released', 'returned'].includes(reason));
