import { createHash } from 'node:crypto';
import { present, withPrefix, type Clock, type OrderId, type Random } from '@traffic-tacos/kernel';
import type { Catalogue } from '../ports/catalogue.ts';
import type { OrderFacts, Orders } from '../ports/orders.ts';
import type { ServicesBehind } from '../ports/services-behind.ts';
import { BoxOffice } from './box-office.ts';
import { Hall } from './hall.ts';
import { MemoryPayments } from './memory-payments.ts';
import { MemoryReservations } from './memory-reservations.ts';

/** The services behind the gateway, in memory, for tests of the routes. `eventIds` are on sale, each with a `Hall` of its own. */
export function createMemoryServices(clock: Clock, random: Random, eventIds: readonly string[]): ServicesBehind {
  const office = new BoxOffice(clock, random);
  for (const id of eventIds) office.halls.set(id, new Hall(id));
  return {
    catalogue: memoryCatalogue(office),
    reservations: new MemoryReservations(office),
    payments: new MemoryPayments(office),
    orders: memoryOrders(office),
  };
}

function memoryCatalogue(office: BoxOffice): Catalogue {
  return {
    list: ({ after, limit }) => {
      const ids = [...office.halls.keys()].toSorted().filter((id) => after === undefined || id > after);
      const items = ids.slice(0, limit).flatMap((id) => office.hall(id)?.facts() ?? []);
      return Promise.resolve({ items, next: ids.length > limit ? items.at(-1)?.id : undefined });
    },
    read: (eventId) => Promise.resolve(office.hall(eventId)?.facts()),
    seatMap: (eventId, section) => {
      const hall = office.hall(eventId);
      if (hall === undefined) return Promise.resolve({ kind: 'event_not_found' });
      const sections = hall.seatMap(section);
      if (sections === undefined) return Promise.resolve({ kind: 'section_not_found' });
      return Promise.resolve({ kind: 'found', version: hall.version, tag: hall.tag, sections });
    },
  };
}

function memoryOrders(office: BoxOffice): Orders {
  const find = (orderId: OrderId, userId: string): OrderFacts | undefined => {
    const order = office.orders.get(orderId);
    const booking = order === undefined ? undefined : office.bookingOf(order.reservationId, userId);
    if (order === undefined || booking === undefined) return undefined;
    const { reservationId, eventId, seatIds, quantity, totalAmountMinor, currency } = booking.facts;
    const tickets = Array.from({ length: quantity }, (_, i) => {
      const ticketId = `${withPrefix('tkt', orderId)}-${i + 1}`;
      const code = createHash('sha256').update(`code of ${ticketId}`).digest('hex');
      return { ticketId, seatId: seatIds[i], code, status: 'VALID' } as const;
    });
    return {
      orderId, reservationId, eventId, status: 'CONFIRMED', seatIds, quantity, totalAmountMinor, currency,
      paymentIntentId: present(booking.paymentIntentId, 'an order is paid'), createdAtMs: order.createdAtMs, tickets,
    };
  };
  return {
    read: (orderId, userId) => Promise.resolve(find(orderId, userId)),
    list: ({ userId, eventId, after, limit }) => {
      const own = [...office.orders.keys()].flatMap((id) => find(id, userId) ?? []);
      const matching = own
        .filter((order) => (eventId ?? order.eventId) === order.eventId && (after === undefined || order.orderId < after))
        .toSorted((a, b) => (a.orderId < b.orderId ? 1 : -1));
      const items = matching.slice(0, limit);
      return Promise.resolve({ items, next: matching.length > limit ? items.at(-1)?.orderId : undefined });
    },
  };
}
