import { Contended, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { orderIdOf } from '../domain/order.ts';
import { keyResultOf } from '../ports/meters.ts';
import type { ConfirmOutcome, ConfirmSteps } from '../ports/reservation-store.ts';
import type { RequestFacts, ReservationContext } from './context.ts';
import { keyFacts } from './idempotency.ts';

/** A first judgement, the commit it asks for, and a second chance for a hold that ran out in between. */
const ROUNDS = 3;

export interface ConfirmCommand extends RequestFacts {
  readonly reservationId: ReservationId;
  readonly paymentIntentId: PaymentIntentId;
}

/**
 * Makes the order of a paid reservation, or gives the money back where the seats cannot be had any more. The seats are asked only
 * after a judgement has said that they are to be committed.
 */
export async function confirmReservation(context: ReservationContext, command: ConfirmCommand): Promise<ConfirmOutcome> {
  const { meters } = context;
  const begun = meters.confirm.begin();
  try {
    const outcome = await confirm(context, command);
    if (command.idempotencyKey !== undefined) meters.keyed(keyResultOf(outcome));
    return outcome;
  } finally {
    meters.confirm.ended(begun);
  }
}

async function confirm(context: ReservationContext, command: ConfirmCommand): Promise<ConfirmOutcome> {
  const { reservationId, paymentIntentId, userId, traceId } = command;
  const { random, seats, payments, store } = context;
  const key =
    command.idempotencyKey === undefined || userId === undefined
      ? undefined
      : keyFacts('reservation.confirm', userId, reservationId, command.idempotencyKey, paymentIntentId);
  const ticketSecret = { w0: random.u32() | 0, w1: random.u32() | 0, w2: random.u32() | 0, w3: random.u32() | 0 };
  const wish = { reservationId, owner: userId, paymentIntentId, ticketSecret, traceId, key };
  const refund: ConfirmSteps['refund'] = (unit, reason) => payments.refund(unit, paymentIntentId, reason);
  let prepared: ConfirmSteps['seats'];
  for (let round = 0; round < ROUNDS; round++) {
    const outcome = await store.confirm(wish, { readIntent: await payments.read(paymentIntentId), seats: prepared, refund });
    if (outcome.kind !== 'seats_needed') return outcome;
    const { reacquire } = outcome;
    const orderId = orderIdOf(reservationId);
    const commit = await seats.commit(reservationId, orderId, { reacquire, paymentIntentId });
    prepared = { reacquire, commit, giveBack: outcome.giveBack ? await seats.return(orderId) : undefined };
  }
  throw new Contended('the hold ended while it was being confirmed');
}
