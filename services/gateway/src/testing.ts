export { accountStoreSuite } from './ports/account-store-suite.ts';
export { catalogueSuite } from './ports/catalogue-suite.ts';
export { ordersSuite } from './ports/orders-suite.ts';
export { passwordHasherSuite } from './ports/password-hasher-suite.ts';
export { paymentsSuite } from './ports/payments-suite.ts';
export { reservationsSuite } from './ports/reservations-suite.ts';
export { SUITE_EVENTS, suiteEventDocument, type OpenServices, type ServicesUnderTest } from './ports/services-under-test.ts';
export { tokenSignerSuite } from './ports/token-signer-suite.ts';
export { createMemoryServices } from './testing/memory-services.ts';
