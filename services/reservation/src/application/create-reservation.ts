import { newId, shardOf } from '@traffic-tacos/kernel';
import { keyResultOf } from '../ports/meters.ts';
import type { CreateOutcome } from '../ports/reservation-store.ts';
import type { ReservationContext } from './context.ts';
import { keyFacts } from './idempotency.ts';

export interface CreateCommand {
  readonly userId: string;
  readonly traceId: string;
  readonly idempotencyKey: string | undefined;
  readonly eventId: string;
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
  /** Whether the places of a quantity may lie apart. */
  readonly mayBeApart?: boolean | undefined;
  readonly reservationToken: string | undefined;
}

/** Holds the seats and records the reservation, its key and its announcement, all or nothing. */
export async function createReservation(context: ReservationContext, command: CreateCommand): Promise<CreateOutcome> {
  const { meters } = context;
  const begun = meters.create.begin();
  try {
    const outcome = await hold(context, command);
    meters.created(outcome.kind);
    if (command.idempotencyKey !== undefined) meters.keyed(keyResultOf(outcome));
    return outcome;
  } finally {
    meters.create.ended(begun);
  }
}

async function hold(context: ReservationContext, command: CreateCommand): Promise<CreateOutcome> {
  const { eventId, userId, seatIds, quantity, section, mayBeApart, idempotencyKey } = command;
  const reservationId = newId('rsv', context.clock.nowMs(), shardOf(eventId), context.random);
  const admission =
    command.reservationToken === undefined ? 'none' : await context.admission.check(command.reservationToken, eventId, userId);
  const joinable = await context.seats.hold({
    reservationId, eventId, userId, seatIds, quantity, section, mayBeApart, admission, holdForMs: context.settings.holdMs,
    expiresAtUpperBoundMs: undefined, idempotencyKey,
  });
  const key = idempotencyKey === undefined ? undefined : keyFacts('reservation.create', userId, eventId, idempotencyKey, canonicalForm(command));
  // Waited for here: a promise that is passed on costs two turns more.
  return await context.store.create({ reservationId, userId, traceId: command.traceId, key }, joinable);
}

/** Equal for equal wishes: the order in which seats are named does not matter. */
function canonicalForm({ seatIds, quantity, section, mayBeApart }: CreateCommand): string {
  let text = `${mayBeApart === true ? 'apart\n' : ''}${quantity}\n${section ?? ''}\n`;
  if (seatIds === undefined) return text;
  const inOrder = isInOrder(seatIds) ? seatIds : seatIds.toSorted();
  for (let i = 0; i < inOrder.length; i++) text += i === 0 ? inOrder[i] : `\n${inOrder[i]}`;
  return text;
}

/** Most clients name their seats in order, and sorting copies the list. */
function isInOrder(texts: readonly string[]): boolean {
  for (let i = 1; i < texts.length; i++) if ((texts[i - 1] ?? '') > (texts[i] ?? '')) return false;
  return true;
}
