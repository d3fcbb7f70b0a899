import { ManualClock, SeededRandom } from '@traffic-tacos/kernel';
import { catalogueSuite } from '../../src/ports/catalogue-suite.ts';
import { ordersSuite } from '../../src/ports/orders-suite.ts';
import { paymentsSuite } from '../../src/ports/payments-suite.ts';
import { reservationsSuite } from '../../src/ports/reservations-suite.ts';
import type { ServicesBehind } from '../../src/ports/services-behind.ts';
import { SUITE_EVENTS, type OpenServices } from '../../src/ports/services-under-test.ts';
import { createMemoryServices } from '../../src/testing/memory-services.ts';

/**
 * Services that each break one rule, and the suites that must see it. Run by `planted-bugs.test.ts`, which expects every one of these
 * suites to fail; it is no test file of its own.
 */
const broken = (breakIt: (services: ServicesBehind) => Partial<ServicesBehind>, Clock = ManualClock): OpenServices => () => {
  const clock = new Clock();
  const services = createMemoryServices(clock, new SeededRandom(1), SUITE_EVENTS);
  return Promise.resolve({
    services: { ...services, ...breakIt(services) },
    advance: (ms) => {
      clock.advance(ms);
      return Promise.resolve();
    },
  });
};

/** Runs a millisecond ahead once it has been moved. */
class HastyClock extends ManualClock {
  #hasty = 1;

  override advance(by: number): void {
    super.advance(by + this.#hasty);
    this.#hasty = 0;
  }
}

/** Whoever asks is taken for alice, whose data it mostly is. */
const asAlice = <Command extends { readonly userId: string }>(command: Command): Command => ({ ...command, userId: 'alice' });

reservationsSuite('planted: reservations that anybody reads', broken(({ reservations }) => ({
  reservations: wrap(reservations, { read: (id, userId) => reservations.read(id, userId === 'mallory' ? 'alice' : userId) }),
})));

reservationsSuite('planted: reservations that anybody cancels', broken(({ reservations }) => ({
  reservations: wrap(reservations, { cancel: (command) => reservations.cancel(asAlice(command)) }),
})));

reservationsSuite('planted: reservations that forget keys', broken(({ reservations }) => ({
  reservations: wrap(reservations, { create: (command) => reservations.create({ ...command, idempotencyKey: `${Math.random()}` }) }),
})));

reservationsSuite('planted: holds that end a millisecond early', broken(() => ({}), HastyClock));

paymentsSuite('planted: payments that anybody reads', broken(({ payments }) => ({
  payments: wrap(payments, { read: (id) => payments.read(id, 'alice') }),
})));

paymentsSuite('planted: payments of any amount', broken(({ payments, reservations }) => ({
  payments: wrap(payments, {
    createIntent: async (command) => {
      const facts = await reservations.read(command.reservationId, command.userId);
      return payments.createIntent({ ...command, amountMinor: facts?.totalAmountMinor ?? 0 });
    },
  }),
})));

ordersSuite('planted: orders that anybody reads', broken(({ orders }) => ({
  orders: wrap(orders, { read: (id) => orders.read(id, 'alice') }),
})));

catalogueSuite('planted: a catalogue that never counts down', broken(({ catalogue }) => ({
  catalogue: wrap(catalogue, {
    read: async (id) => {
      const event = await catalogue.read(id);
      return event && { ...event, sections: event.sections.map((section) => ({ ...section, remaining: section.capacity })) };
    },
  }),
})));

/** The port with some of its methods replaced; the others keep their own object. */
function wrap<Port extends object>(port: Port, replaced: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const method: unknown = name in replaced ? Reflect.get(replaced, name) : Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}
