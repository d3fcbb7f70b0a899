import { newId, type Clock, type EpochMs, type OrderId, type PaymentIntentId, type Random, type ReservationId } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type { Call } from '../ports/call.ts';
import type { PaymentFacts } from '../ports/payments.ts';
import type { ReservationFacts } from '../ports/reservations.ts';
import { Hall, type Place } from './hall.ts';

/** A reservation with what only its keeper knows of it. */
export interface Booking {
  readonly facts: ReservationFacts;
  readonly userId: string;
  readonly places: readonly Place[];
  /** As in the answer to the create. */
  readonly firstExpiresAtMs: EpochMs;
  readonly extendedBySeconds: number;
  readonly paymentIntentId: PaymentIntentId | undefined;
}

export interface PaymentRow {
  readonly facts: PaymentFacts;
  readonly userId: string;
  /** When the result comes, and which; undefined when none ever comes. */
  readonly result: { readonly atMs: EpochMs; readonly status: 'COMPLETED' | 'FAILED' } | undefined;
}

interface RememberedAnswer {
  readonly content: string;
  readonly answer: object;
}

/**
 * The state that the gateway's in-memory services share. It keeps the rules of the ports (holds end exactly at their instant, keys have
 * one effect, what is somebody else's is absent), so that routes tested against it are tested against the contract.
 */
export class BoxOffice {
  readonly clock: Clock;
  readonly random: Random;
  readonly halls = new Map<string, Hall>();
  readonly bookings = new Map<ReservationId, Booking>();
  readonly payments = new Map<PaymentIntentId, PaymentRow>();
  readonly orders = new Map<OrderId, { readonly reservationId: ReservationId; readonly createdAtMs: EpochMs }>();
  readonly #answers = new Map<string, RememberedAnswer>();

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  id<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
    return newId(prefix, this.clock.nowMs(), 0, this.random);
  }

  /** The reservation if it is this user's, as it stands now; anybody's where no user is named. */
  bookingOf(reservationId: ReservationId, userId: string | undefined): Booking | undefined {
    this.#endDueHolds();
    const booking = this.bookings.get(reservationId);
    return userId === undefined || booking?.userId === userId ? booking : undefined;
  }

  hall(eventId: string): Hall | undefined {
    this.#endDueHolds();
    return this.halls.get(eventId);
  }

  /** The payment if it is this user's, as it stands now. */
  paymentOf(id: PaymentIntentId, userId: string): PaymentFacts | undefined {
    const row = this.payments.get(id);
    if (row === undefined || row.userId !== userId) return undefined;
    const { facts, result } = row;
    const nowMs = this.clock.nowMs();
    const isOpen = facts.status === 'PENDING' || facts.status === 'PROCESSING';
    if (isOpen && result !== undefined && result.atMs <= nowMs) {
      return { ...facts, status: result.status, updatedAtMs: result.atMs, processedAtMs: result.atMs };
    }
    return isOpen && facts.expiresAtMs <= nowMs ? { ...facts, status: 'EXPIRED', updatedAtMs: facts.expiresAtMs } : facts;
  }

  change(booking: Booking, facts: Partial<ReservationFacts>, rest: Partial<Booking> = {}): Booking {
    const changed = { ...booking, ...rest, facts: { ...booking.facts, ...facts, updatedAtMs: this.clock.nowMs() } };
    this.bookings.set(booking.facts.reservationId, changed);
    return changed;
  }

  /** Acts once for each key, and answers a repetition as the first time. Refusals are not kept. */
  once<Answer extends { readonly replayed: boolean }>(
    call: Call,
    scope: readonly string[],
    content: unknown,
    act: () => Answer | Refusal,
  ): Answer | Refusal {
    if (call.idempotencyKey === undefined) return act();
    const name = JSON.stringify([call.userId, ...scope, call.idempotencyKey]);
    const wished = JSON.stringify(content);
    const known = this.#answers.get(name);
    if (known !== undefined && known.content !== wished) return { refused: 'IDEMPOTENCY_CONFLICT' };
    if (known !== undefined) return { ...known.answer, replayed: true } as Answer;
    const answer = act();
    if (!('refused' in answer)) this.#answers.set(name, { content: wished, answer });
    return answer;
  }

  #endDueHolds(): void {
    for (const booking of this.bookings.values()) {
      if (booking.facts.status !== 'HOLD' || booking.facts.holdExpiresAtMs > this.clock.nowMs()) continue;
      this.halls.get(booking.facts.eventId)?.mark(booking.places, 'f');
      this.change(booking, { status: 'EXPIRED' });
    }
  }
}
