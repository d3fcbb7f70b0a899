export { INTENT_RULES, type IntentRules } from './domain/intent-rules.ts';
export { paymentStoreSuite } from './ports/payment-store-suite.ts';
export { reservationFactsSuite, type ReservationFactsUnderTest } from './ports/reservation-facts-suite.ts';
export { SUITE_TERMS, type OpenStore, type StoreUnderTest } from './ports/suite/store-under-test.ts';
export { schedulerSuite, type SchedulerUnderTest } from './ports/scheduler-suite.ts';
export { heldReservation, KeptReservations } from './testing/kept-reservations.ts';
export { ManualScheduler } from './testing/manual-scheduler.ts';
