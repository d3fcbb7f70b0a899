import assert from 'node:assert/strict';
import { Units, type Joinable } from '@traffic-tacos/journal';
import { amountMinor, DEFAULT_LIMITS, durationMs, ManualClock, SeededRandom, Unavailable, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import {
  createReservation, createReservationTables, holdSeats,
  type ExpireOutcome, type IntentFacts, type Payments, type ReservationContext, type ReservationService, type ReservationSettings,
} from '@traffic-tacos/reservation';
import { MemorySeats } from '@traffic-tacos/reservation/testing';
import { HeldBackEntries } from './held-back-entries.ts';
import { ManualTimers } from './manual-timers.ts';

export const HOLD_MS = 60_000;
export const TRACE = 'a'.repeat(32);
export const PAY: PaymentIntentId = `pay_${'1'.repeat(26)}`;
export const OTHER_PAY: PaymentIntentId = `pay_${'2'.repeat(26)}`;

/** Seats that can be cut off, as by a network between two services. */
class ReachableSeats extends MemorySeats {
  isReachable = true;

  override expire(id: ReservationId): Promise<Joinable<ExpireOutcome>> {
    return this.isReachable ? super.expire(id) : Promise.reject(new Unavailable('the seats do not answer'));
  }
}

/** The whole service over seats in memory, a clock and timers that stand still, and payments as they are put down. It is not started. */
export interface ReservationWorld {
  readonly service: ReservationService;
  readonly context: ReservationContext;
  readonly clock: ManualClock;
  readonly timers: ManualTimers;
  readonly sink: HeldBackEntries;
  readonly seats: ReachableSeats;
  readonly tables: ReturnType<typeof createReservationTables>;
  /** The intents given back so far. */
  readonly refunded: readonly PaymentIntentId[];
  /** Makes a payment of the reservation known: captured in full, unless said otherwise. */
  pay(reservationId: ReservationId, otherwise?: Partial<IntentFacts>): void;
  /** Holds one seat for alice. */
  hold(seatId: string, userId?: string): Promise<ReservationId>;
}

export function reservationWorld(otherwise: Partial<ReservationSettings> = {}): ReservationWorld {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const sink = new HeldBackEntries();
  const seats = new ReachableSeats(clock, ['A-1', 'A-2', 'A-3', 'A-4', 'A-5', 'A-6']);
  const limits = { ...DEFAULT_LIMITS, holdRows: 1_000, reservationRows: 1_000, orderRows: 1_000 };
  const tables = createReservationTables(limits);
  const intents = new Map<string, IntentFacts>();
  const refunded: PaymentIntentId[] = [];
  const payments: Payments = {
    read: (id) => Promise.resolve(() => intents.get(id)),
    findCaptured: (id) => Promise.resolve([...intents.values()].find((intent) => intent.isCaptured && intent.reservationId === id)?.id),
    refund: (_unit, id) => void refunded.push(id),
  };
  const service = createReservation({
    tables, units: new Units(sink, 5), seats, payments, admission: { check: () => Promise.resolve(undefined) },
    machine: { clock, random: new SeededRandom(7), scheduler: timers },
    settings: { holdMs: durationMs(HOLD_MS), extensionMaxMs: durationMs(60_000), failedPaymentPolicy: 'release', ...otherwise, limits },
  });
  const pay = (reservationId: ReservationId, more: Partial<IntentFacts> = {}): void => {
    const intent: IntentFacts = {
      id: PAY, reservationId, userId: 'alice', isCaptured: true, isRefunded: false, isFailed: false, amountMinor: amountMinor(1000), currency: 'KRW', ...more,
    };
    intents.set(intent.id, intent);
  };
  const hold = async (seatId: string, userId = 'alice'): Promise<ReservationId> => {
    const outcome = await holdSeats(service.context, {
      userId, traceId: TRACE, idempotencyKey: undefined, eventId: seats.eventId, seatIds: [seatId], quantity: 1, section: undefined, reservationToken: undefined,
    });
    assert.ok(outcome.kind === 'created', outcome.kind);
    return outcome.reservation.id;
  };
  return { service, context: service.context, clock, timers, sink, seats, tables, refunded, pay, hold };
}

/** What a command of alice carries, or of a service that acts for her. */
export const factsOf = (reservationId: ReservationId, idempotencyKey?: string, userId: string | undefined = 'alice') =>
  ({ reservationId, userId, traceId: TRACE, idempotencyKey });

export const settled = (reservationId: ReservationId, paymentIntentId = PAY) => ({ paymentIntentId, reservationId, traceId: TRACE });
