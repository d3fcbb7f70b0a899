import type { ReservationId } from '@traffic-tacos/kernel';
import { keyResultOf } from '../ports/meters.ts';
import type { CancelOutcome } from '../ports/reservation-store.ts';
import type { RequestFacts, ReservationContext } from './context.ts';
import { keyFacts } from './idempotency.ts';

export interface CancelCommand extends RequestFacts {
  readonly reservationId: ReservationId;
}

/** Gives the seats of a live hold back at the buyer's wish. */
export async function cancelReservation(context: ReservationContext, command: CancelCommand): Promise<CancelOutcome> {
  const { meters } = context;
  const begun = meters.cancel.begin();
  try {
    const outcome = await release(context, command);
    if (command.idempotencyKey !== undefined) meters.keyed(keyResultOf(outcome));
    return outcome;
  } finally {
    meters.cancel.ended(begun);
  }
}

async function release(context: ReservationContext, command: CancelCommand): Promise<CancelOutcome> {
  const { reservationId, userId, traceId } = command;
  const joinable = await context.seats.release(reservationId);
  const key =
    command.idempotencyKey === undefined || userId === undefined
      ? undefined
      : keyFacts('reservation.cancel', userId, reservationId, command.idempotencyKey, 'cancel');
  return context.store.cancel({ reservationId, owner: userId, traceId, key }, joinable);
}
