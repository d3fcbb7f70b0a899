import { after } from 'node:test';
import { epochMs, newId, SeededRandom } from '@traffic-tacos/kernel';
import { grpcReservationFacts } from '@traffic-tacos/payment';
import { reservationFactsSuite } from '@traffic-tacos/payment/testing';
import { BOX_OFFICE_EVENT, boxOffice, stagedReservations } from '@traffic-tacos/platform/testing';
import { wireServices, type WiredServices } from './support/wired-services.ts';

const opened: WiredServices[] = [];
after(() => Promise.all(opened.map((services) => services.close())));

reservationFactsSuite(
  'grpcReservationFacts',
  async () => {
    const wired = await wireServices({ events: [BOX_OFFICE_EVENT] });
    opened.push(wired);
    const office = boxOffice(wired.reservation.context, wired.payment.payment);
    const staged = stagedReservations(office, (ms) => wired.advance(ms));
    return {
      facts: grpcReservationFacts(wired.channel('reservation', { errorMode: 'status' })),
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
