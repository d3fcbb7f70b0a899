export { announcementProblems, statesEntered } from './testing/announcement-problems.ts';
export { RecordedEntries } from './testing/entries.ts';
export { MemorySeats } from './testing/memory-seats.ts';
export { seatHolderSuite, type SeatHolderUnderTest } from './ports/seat-holder-suite.ts';
export { reservationStoreSuite, type ReservationStoreUnderTest } from './ports/reservation-store-suite.ts';
export { paymentsSuite, type PaymentsUnderTest, type SuitePayment } from './ports/payments-suite.ts';
