import { ManualClock, SeededRandom } from '@traffic-tacos/kernel';
import { catalogueSuite } from '../src/ports/catalogue-suite.ts';
import { ordersSuite } from '../src/ports/orders-suite.ts';
import { paymentsSuite } from '../src/ports/payments-suite.ts';
import { reservationsSuite } from '../src/ports/reservations-suite.ts';
import { SUITE_EVENTS, type ServicesUnderTest } from '../src/ports/services-under-test.ts';
import { createMemoryServices } from '../src/testing/memory-services.ts';

function open(): Promise<ServicesUnderTest> {
  const clock = new ManualClock();
  const services = createMemoryServices(clock, new SeededRandom(1), SUITE_EVENTS);
  return Promise.resolve({
    services,
    advance: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
  });
}

const NAME = 'the in-memory services';

catalogueSuite(NAME, open);
reservationsSuite(NAME, open);
paymentsSuite(NAME, open);
ordersSuite(NAME, open);
