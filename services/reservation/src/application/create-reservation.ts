import { newId, shardOf, Unavailable, type ReservationId } from '@traffic-tacos/kernel';
import type { Grant } from '../ports/admission.ts';
import { keyResultOf } from '../ports/meters.ts';
import type { CreateOutcome } from '../ports/reservation-store.ts';
import type { HoldCommand } from '../ports/seat-holder.ts';
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

/** What a buyer is told. */
export type CreateAnswer = Exclude<CreateOutcome, { readonly kind: 'admission_over' }>;

/** Holds the seats and records the reservation, its key and its announcement, all or nothing. One function: each more is a promise more. */
export async function createReservation(context: ReservationContext, command: CreateCommand): Promise<CreateAnswer> {
  const { meters } = context;
  const { eventId, userId, seatIds, quantity, section, mayBeApart, idempotencyKey } = command;
  const begun = meters.create.begin();
  try {
    const reservationId = newId('rsv', context.clock.nowMs(), shardOf(eventId), context.random);
    const grant = command.reservationToken === undefined ? undefined : await context.admission.check(command.reservationToken, eventId, userId);
    const wish: HoldCommand = {
      reservationId, eventId, userId, seatIds, quantity, section, mayBeApart, holdForMs: context.settings.holdMs, expiresAtUpperBoundMs: undefined, idempotencyKey, admission: 'none',
    };
    const hold = await context.seats.hold(grant === undefined ? wish : admittedBy(grant, wish));
    const key = idempotencyKey === undefined ? undefined : keyFacts('reservation.create', userId, eventId, idempotencyKey, canonicalForm(command));
    const decided = await context.store.create({ reservationId, userId, traceId: command.traceId, key, grant }, hold);
    const outcome = decided.kind === 'admission_over' ? await giveBack(context, decided.orphan) : decided;
    meters.created(outcome.kind);
    if (key !== undefined) meters.keyed(keyResultOf(outcome));
    return outcome;
  } finally {
    meters.create.ended(begun);
  }
}

/** The admission is read when the hold is decided on: of two requests with one token the second finds it spent. */
function admittedBy(grant: Grant, wish: HoldCommand): HoldCommand {
  return {
    ...wish,
    get admission() {
      return grant.isLive() ? 'granted' : 'none';
    },
  };
}

/** Lets go of seats whose token was used for others in between. Where that cannot be said now, they are free again at the hold's instant. */
async function giveBack({ store, seats }: ReservationContext, orphan: ReservationId): Promise<CreateAnswer> {
  try {
    await store.releaseOrphan(orphan, await seats.release(orphan));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
  }
  return { kind: 'not_admitted' };
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
