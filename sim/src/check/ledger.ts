import type { CreateReservationAnswer, HeldReservation, ReservationFacts } from './answers.ts';
import type { OrderId, PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import { HOLD_MS, LIMITS } from '../machine/settings.ts';
import type { Books } from './books.ts';
import { must } from './breach.ts';

/** One wish of a buyer, under one key. */
export interface Attempt {
  readonly userId: string;
  readonly eventId: string;
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
  readonly mayBeApart: boolean;
  readonly key: string;
  /** Of the waiting room; no part of the wish. */
  readonly token?: string | undefined;
}

/** A reservation as its buyer remembers it. */
export interface Known {
  readonly held: HeldReservation;
  readonly userId: string;
  /** The end that was promised last. */
  promisedUntilMs: number;
  /** The last change that was acknowledged. */
  status: 'HOLD' | 'CONFIRMED' | 'CANCELLED';
  orderId: OrderId | undefined;
}

export interface KnownIntent {
  readonly id: PaymentIntentId;
  readonly userId: string;
  readonly reservationId: ReservationId;
  readonly amountMinor: number;
  /** What the buyer asked with, to ask again. */
  readonly key: string;
  readonly scenario: string;
}

interface Effect {
  readonly content: object;
  readonly answer: HeldReservation;
  readonly atMs: number;
}

/** Everything that buyers were told. Nothing of it may ever turn out untrue, whatever becomes of the process (I4, I5, I7). */
export class Ledger {
  readonly attempts: Attempt[] = [];
  readonly reservations: Known[] = [];
  readonly intents: KnownIntent[] = [];
  readonly #byId = new Map<string, Known>();
  readonly #intentsById = new Map<string, KnownIntent>();
  readonly #effects = new Map<string, Effect>();

  find(id: string): Known | undefined {
    return this.#byId.get(id);
  }

  /** I7: while a key is remembered it answers the same bytes to the same wish, and refuses another. */
  created({ userId, eventId, key, token: _token, ...content }: Attempt, answer: Extract<CreateReservationAnswer, { kind: 'created' }>): void {
    const { reservation } = answer;
    const atMs = reservation.holdExpiresAtMs - HOLD_MS;
    const scope = `${userId}/${eventId}/${key}`;
    const known = this.#effects.get(scope);
    const effect = { content, answer: reservation, atMs };
    const isSameTime = known !== undefined && atMs < known.atMs + LIMITS.idempotencyTtlMs;
    if (isSameTime) {
      must(isSame(known.content, content), 'I7', scope, 'took another wish under a key that is remembered');
      must(isSame(known.answer, reservation), 'I7', scope, () => `answered ${JSON.stringify(known.answer)}, and now ${JSON.stringify(reservation)}`);
      return;
    }
    this.#effects.set(scope, effect);
    must(!this.#byId.has(reservation.reservationId), 'I7', reservation.reservationId, 'came twice');
    const fresh: Known = { held: reservation, userId, promisedUntilMs: reservation.holdExpiresAtMs, status: 'HOLD', orderId: undefined };
    this.#byId.set(reservation.reservationId, fresh);
    this.reservations.push(fresh);
  }

  /** A wish whose key has had its effect is never refused because of that effect. */
  refused({ userId, eventId, key, token: _token, ...content }: Attempt, code: string, nowMs: number): void {
    const known = this.#effects.get(`${userId}/${eventId}/${key}`);
    if (known === undefined || nowMs >= known.atMs + LIMITS.idempotencyTtlMs || !isSame(known.content, content)) return;
    must(code !== 'IDEMPOTENCY_CONFLICT' && code !== 'FORBIDDEN', 'I7', key, () => `is refused to the wish that it was used for: ${code}`);
  }

  confirmed(known: Known, orderId: OrderId): void {
    const id = known.held.reservationId;
    must(known.status !== 'CANCELLED', 'I2', id, 'was cancelled, and is confirmed');
    must(known.orderId === undefined || known.orderId === orderId, 'I2', id, 'has become two orders');
    known.status = 'CONFIRMED';
    known.orderId = orderId;
  }

  cancelled(known: Known): void {
    must(known.status !== 'CONFIRMED', 'I4', known.held.reservationId, 'was confirmed, and is cancelled');
    known.status = 'CANCELLED';
  }

  paid(intent: KnownIntent): void {
    const known = this.#intentsById.get(intent.id);
    if (known !== undefined) {
      must(known.key === intent.key && known.amountMinor === intent.amountMinor, 'I7', intent.id, 'came for two wishes');
      return;
    }
    this.#intentsById.set(intent.id, intent);
    this.intents.push(intent);
  }

  /** What its buyer is shown agrees with what they were told. */
  read(known: Known, facts: ReservationFacts | undefined, nowMs: number): void {
    const { held } = known;
    must(facts !== undefined, 'I4', held.reservationId, 'was acknowledged, and is not there');
    if (facts === undefined) return;
    const isSame = facts.totalAmountMinor === held.totalAmountMinor && facts.quantity === held.quantity && facts.seatIds.join() === held.seatIds.join();
    must(isSame, 'I4', held.reservationId, 'is other than what was acknowledged');
    checkStatus(known, facts.status);
    if (facts.status === 'EXPIRED') must(known.promisedUntilMs <= nowMs, 'I5', held.reservationId, () => `reads EXPIRED ${known.promisedUntilMs - nowMs} ms early`);
  }

  /** I4, after a crash: all that was acknowledged is on record. */
  checkAgainst(books: Books): void {
    for (const known of this.reservations) {
      const found = books.reservation.get(known.held.reservationId);
      must(found !== undefined, 'I4', known.held.reservationId, 'was acknowledged before the crash, and is gone');
      if (found === undefined) continue;
      checkStatus(known, found.status);
      must(found.holdExpiresAtMs >= known.promisedUntilMs, 'I4', found.id, 'was extended before the crash, and is not any more');
      if (known.orderId !== undefined) must(books.order.has(known.orderId), 'I4', known.orderId, 'was acknowledged before the crash, and is gone');
    }
    for (const { id } of this.intents) must(books.intent.has(id), 'I4', id, 'was acknowledged before the crash, and is gone');
  }
}

/** Whether two would be written the same. Hardly ever asked: most keys come once. */
const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

function checkStatus({ status, held }: Known, now: string): void {
  const id = held.reservationId;
  if (status === 'CONFIRMED') must(now === 'CONFIRMED' || now === 'REFUNDED', 'I4', id, () => `was acknowledged as CONFIRMED, and is ${now}`);
  if (status === 'CANCELLED') must(now === 'CANCELLED', 'I4', id, () => `was acknowledged as CANCELLED, and is ${now}`);
}
