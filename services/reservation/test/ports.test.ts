import { Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, durationMs, ManualClock, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createReservation, createReservationTables, type IntentFacts, type Payments } from '@traffic-tacos/reservation';
import { MemorySeats, RecordedEntries, reservationStoreSuite, seatHolderSuite } from '@traffic-tacos/reservation/testing';

const SEATS = ['A-1', 'A-2', 'A-3', 'A-4'];
const scheduler = { after: () => () => undefined };

seatHolderSuite('seats in memory', () => {
  const clock = new ManualClock();
  const seats = new MemorySeats(clock, SEATS);
  const units = new Units(new RecordedEntries(), 5);
  return Promise.resolve({ seats, clock, eventId: seats.eventId, run: (step) => units.run(step) });
});

reservationStoreSuite('embedded store', () => {
  const clock = new ManualClock();
  const seats = new MemorySeats(clock, SEATS);
  const captured = new Map<string, IntentFacts>();
  const refunded: PaymentIntentId[] = [];
  const payments: Payments = {
    read: (id) => Promise.resolve(() => captured.get(id)),
    findCaptured: () => Promise.resolve(undefined),
    refund: (_unit, id) => void refunded.push(id),
  };
  const limits = { ...DEFAULT_LIMITS, holdRows: 5_000, reservationRows: 5_000, orderRows: 5_000 };
  const { context } = createReservation({
    tables: createReservationTables(limits), units: new Units(new RecordedEntries(), 5), seats, payments,
    admission: { check: () => Promise.resolve('none') }, machine: { clock, random: new SeededRandom(7), scheduler },
    settings: { holdMs: durationMs(60_000), extensionMaxMs: durationMs(60_000), failedPaymentPolicy: 'keep', limits },
  });
  return Promise.resolve({ context, clock, eventId: seats.eventId, capture: (intent: IntentFacts) => void captured.set(intent.id, intent), refunded });
});
