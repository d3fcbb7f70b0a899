import type { ReservationService, RequestOf, ResponseOf } from '@traffic-tacos/contracts';
import type { Limits } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, refuse, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { readReservation } from '../../application/read-reservations.ts';
import { reservationMessage } from './reservation-messages.ts';

type Rpc = typeof ReservationService.getReservation;

const NOT_FOUND = refuse('RESERVATION_NOT_FOUND');

export const getReservationRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ reservationId }, owner) => {
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const found = await readReservation(context, reservationId, owner);
    return found === undefined ? NOT_FOUND : { reservation: reservationMessage(found, context.clock.nowMs()), error: undefined };
  });
