import { after } from 'node:test';
import { catalogueSuite, ordersSuite, paymentsSuite, reservationsSuite, SUITE_EVENTS, suiteEventDocument, type ServicesUnderTest } from '@traffic-tacos/gateway/testing';
import { grpcCatalogue, grpcOrders, grpcPayments, grpcReservations } from '@traffic-tacos/gateway';
import { wireServices, type WiredServices } from './support/wired-services.ts';

const opened: WiredServices[] = [];
after(() => Promise.all(opened.map((services) => services.close())));

/** The gateway's ports over gRPC, to services that reach each other over gRPC too. */
async function open(): Promise<ServicesUnderTest> {
  const wired = await wireServices({ events: SUITE_EVENTS.map(suiteEventDocument) });
  opened.push(wired);
  const statuses = { errorMode: 'status' } as const;
  const [inventory, reservation, payment] = [wired.channel('inventory', statuses), wired.channel('reservation', statuses), wired.channel('payment', statuses)];
  return {
    services: {
      catalogue: grpcCatalogue(inventory), reservations: grpcReservations(reservation), payments: grpcPayments(payment), orders: grpcOrders(reservation),
    },
    advance: (ms) => wired.advance(ms),
  };
}

catalogueSuite('grpcCatalogue', open);
reservationsSuite('grpcReservations', open);
paymentsSuite('grpcPayments', open);
ordersSuite('grpcOrders', open);
