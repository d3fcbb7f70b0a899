import { SUITE_EVENTS, catalogueSuite, ordersSuite, paymentsSuite, reservationsSuite, suiteEventDocument, type ServicesUnderTest } from '@traffic-tacos/gateway/testing';
import { directCatalogue } from '../src/direct/catalogue.ts';
import { directOrders } from '../src/direct/gateway-orders.ts';
import { directGatewayPayments } from '../src/direct/gateway-payments.ts';
import { directReservations } from '../src/direct/gateway-reservations.ts';
import { servicesAtRest } from './support/services-at-rest.ts';

/** The gateway's ports within one process. */
async function open(): Promise<ServicesUnderTest> {
  const { inventory, reservation, payment, advance } = await servicesAtRest(SUITE_EVENTS.map(suiteEventDocument));
  return {
    services: {
      catalogue: directCatalogue(inventory.reads),
      reservations: directReservations(reservation.context),
      payments: directGatewayPayments(payment),
      orders: directOrders(reservation.context),
    },
    advance,
  };
}

catalogueSuite('directCatalogue', open);
reservationsSuite('directReservations', open);
paymentsSuite('directGatewayPayments', open);
ordersSuite('directOrders', open);
