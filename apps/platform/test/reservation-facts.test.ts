import { after } from 'node:test';
import { epochMs, newId, SeededRandom } from '@traffic-tacos/kernel';
import { reservationFactsSuite } from '@traffic-tacos/payment/testing';
import { BOX_OFFICE_EVENT, boxOffice, stagedReservations } from '@traffic-tacos/platform/testing';
import { directReservationFacts } from '../src/direct/reservation-facts.ts';
import { servicesAtRest } from './support/services-at-rest.ts';

const stops: (() => Promise<void>)[] = [];
after(async () => {
  for (const stop of stops.toReversed()) await stop();
});

reservationFactsSuite(
  'directReservationFacts',
  async () => {
    const { reservation, payment, worker, relay, tables, advance } = await servicesAtRest([BOX_OFFICE_EVENT]);
    // What a payment leads to is delivered to whoever works on it.
    worker.start();
    relay.start();
    stops.push(() => worker.stop(), () => relay.stop());
    const office = boxOffice(reservation.context, payment);
    const staged = stagedReservations(office, advance);
    return {
      facts: directReservationFacts(reservation.context, (id) => tables.reservation.reservations.read(id)),
      make: async (status) => {
        const { id, userId, eventId, totalMinor, currency } = await staged.make(status);
        return { id, expected: { userId, eventId, status, totalMinor, currency } };
      },
      cancel: async (id) => void (await office.cancel('alice', id)),
      unknownId: () => newId('rsv', epochMs(1_700_000_000_000), 0, new SeededRandom(4)),
    };
  },
  ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'],
);
