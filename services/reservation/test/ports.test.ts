import assert from 'node:assert/strict';
import { Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, durationMs, ManualClock, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createReservation, createReservationTables, RefundsAfterwards, type IntentFacts, type Payments, type SeatHolder } from '@traffic-tacos/reservation';
import { MemorySeats, RecordedEntries, reservationStoreSuite, seatHolderSuite, type ReservationStoreUnderTest } from '@traffic-tacos/reservation/testing';
import { askedSeats } from './asked-seats.ts';

const SEATS = ['A-1', 'A-2', 'A-3', 'A-4'];
const scheduler = { after: () => () => undefined };

seatHolderSuite('seats in memory', () => {
  const clock = new ManualClock();
  const seats = new MemorySeats(clock, SEATS);
  const units = new Units(new RecordedEntries(), 5);
  return Promise.resolve({ seats, clock, eventId: seats.eventId, run: (step) => units.run(step) });
});

reservationStoreSuite('embedded store', () => Promise.resolve(underTest()));

/** The same with seats and payments that are asked when a decision comes to them, as those in another process are. */
reservationStoreSuite('asking store', () => Promise.resolve(underTest(askedSeats)));

function underTest(around?: (seats: MemorySeats) => SeatHolder): ReservationStoreUnderTest {
  const clock = new ManualClock();
  const memory = new MemorySeats(clock, SEATS);
  const seats = around?.(memory) ?? memory;
  const refunds = around === undefined ? undefined : new RefundsAfterwards(({ intentId }) => Promise.resolve(void refunded.push(intentId)), scheduler, (cause) => assert.fail(String(cause)));
  const captured = new Map<string, IntentFacts>();
  const refunded: PaymentIntentId[] = [];
  const payments: Payments = {
    read: (id) => Promise.resolve(() => captured.get(id)),
    findCaptured: () => Promise.resolve(undefined),
    refund: (unit, intentId, reason) => (refunds === undefined ? void refunded.push(intentId) : refunds.note(unit, { intentId, reason })),
  };
  const limits = { ...DEFAULT_LIMITS, holdRows: 5_000, reservationRows: 5_000, orderRows: 5_000 };
  const { context } = createReservation({
    tables: createReservationTables(limits), units: new Units(new RecordedEntries(), 5), seats, payments, refundsAfterwards: refunds,
    admission: { check: () => Promise.resolve(undefined) }, machine: { clock, random: new SeededRandom(7), scheduler },
    settings: { holdMs: durationMs(60_000), extensionMaxMs: durationMs(60_000), failedPaymentPolicy: 'keep', limits },
  });
  return { context, clock, eventId: memory.eventId, capture: (intent: IntentFacts) => void captured.set(intent.id, intent), refunded };
}
