import { newId, shardOf } from '@traffic-tacos/kernel';
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
  readonly reservationToken: string | undefined;
}

/** Holds the seats and records the reservation, its key and its announcement, all or nothing. */
export async function createReservation(context: ReservationContext, command: CreateCommand): Promise<CreateOutcome> {
  const { eventId, userId, seatIds, quantity, section } = command;
  const reservationId = newId('rsv', context.clock.nowMs(), shardOf(eventId), context.random);
  const admission =
    command.reservationToken === undefined ? 'none' : await context.admission.check(command.reservationToken, eventId, userId);
  const hold = await context.seats.hold({
    reservationId, eventId, userId, seatIds, quantity, section, admission, holdForMs: context.settings.holdMs, expiresAtUpperBoundMs: undefined,
    idempotencyKey: command.idempotencyKey,
  });
  const key =
    command.idempotencyKey === undefined
      ? undefined
      : keyFacts('reservation.create', userId, eventId, command.idempotencyKey, canonicalForm(command));
  return context.store.create({ reservationId, userId, traceId: command.traceId, key }, hold);
}

/** Equal for equal wishes: the order in which seats are named does not matter. */
function canonicalForm({ seatIds, quantity, section }: CreateCommand): string {
  let text = `${quantity}\n${section ?? ''}\n`;
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
