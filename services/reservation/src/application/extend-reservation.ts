import type { DurationMs, ReservationId } from '@traffic-tacos/kernel';
import { keyResultOf } from '../ports/meters.ts';
import type { ExtendReservationOutcome } from '../ports/reservation-store.ts';
import type { RequestFacts, ReservationContext } from './context.ts';
import { keyFacts } from './idempotency.ts';

export interface ExtendCommand extends RequestFacts {
  readonly reservationId: ReservationId;
  readonly byMs: DurationMs;
}

/** Moves the end of a live hold, once. */
export async function extendReservation(context: ReservationContext, command: ExtendCommand): Promise<ExtendReservationOutcome> {
  const { meters } = context;
  const begun = meters.extend.begin();
  try {
    const outcome = await extend(context, command);
    if (command.idempotencyKey !== undefined) meters.keyed(keyResultOf(outcome));
    return outcome;
  } finally {
    meters.extend.ended(begun);
  }
}

async function extend(context: ReservationContext, command: ExtendCommand): Promise<ExtendReservationOutcome> {
  const { reservationId, byMs, userId, traceId } = command;
  const extendHold = await context.seats.extend(reservationId, byMs);
  const key =
    command.idempotencyKey === undefined || userId === undefined
      ? undefined
      : keyFacts('reservation.extend', userId, reservationId, command.idempotencyKey, String(byMs));
  return context.store.extend(
    { reservationId, owner: userId, byMs, maxMs: context.settings.extensionMaxMs, traceId, key },
    extendHold,
  );
}
