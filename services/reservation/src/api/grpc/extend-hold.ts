import { timestampOf, type RequestOf, type ReservationService, type ResponseOf } from '@traffic-tacos/contracts';
import { durationMs, parseId, type Limits, type ReservationId } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, refuse, requiredText, wholeNumber, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { extendReservation } from '../../application/extend-reservation.ts';
import { refusalOf } from '../../errors.ts';
import { LONGEST_ASKED_SECONDS } from '../rest/extend.ts';

type Rpc = typeof ReservationService.extendHold;

const NOT_FOUND = refuse('RESERVATION_NOT_FOUND');

export const extendHoldRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ reservationId, extensionSeconds }, userId, { traceId, idempotencyKey }) => {
    const invalid = invalidRequest(
      requiredText('reservationId', reservationId, limits.idChars),
      wholeNumber('extensionSeconds', extensionSeconds, 1, LONGEST_ASKED_SECONDS),
    );
    if (invalid !== undefined) return invalid;
    if (parseId('rsv', reservationId) === undefined) return NOT_FOUND;
    const byMs = durationMs(extensionSeconds * 1000);
    const outcome = await extendReservation(context, { userId, traceId, idempotencyKey, reservationId: reservationId as ReservationId, byMs });
    if (outcome.kind !== 'extended') return refusalOf(outcome);
    const { reservation, replayed } = outcome;
    return {
      newExpiresAt: timestampOf(reservation.holdExpiresAtMs),
      extendedSeconds: reservation.extendedByMs / 1000,
      extensionAllowed: true,
      error: undefined,
      replayed,
    };
  });
