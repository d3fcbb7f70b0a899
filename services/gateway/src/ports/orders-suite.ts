import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPrefix, type OrderId } from '@traffic-tacos/kernel';
import { OTHER_SUITE_EVENT, SUITE_EVENT, buy, hold, type OpenServices } from './services-under-test.ts';

const NOBODYS: OrderId = `ord_${'0'.repeat(26)}`;

/** What every adapter to the orders must do. */
export function ordersSuite(adapter: string, open: OpenServices): void {
  describe(`${adapter} as the orders behind the gateway`, () => {
    it('an order has what was frozen, its payment, and a valid ticket with a code of its own for each place', async () => {
      const under = await open();
      const { held, paymentIntentId, orderId } = await buy(under, 'alice', 'R-A-2', 'R-A-1');
      const order = await under.services.orders.read(orderId, 'alice');
      assert.ok(order !== undefined);
      assert.deepEqual(
        [order.orderId, order.reservationId, order.eventId, order.status, order.paymentIntentId],
        [orderId, held.reservationId, SUITE_EVENT, 'CONFIRMED', paymentIntentId],
      );
      assert.deepEqual([order.seatIds, order.quantity, order.totalAmountMinor, order.currency], [['R-A-2', 'R-A-1'], 2, 300_000, 'KRW']);
      assert.deepEqual(order.tickets.map(({ seatId, status }) => [seatId, status]), [['R-A-2', 'VALID'], ['R-A-1', 'VALID']]);
      assert.equal(new Set(order.tickets.map(({ code }) => code)).size, 2);
      assert.equal(new Set(order.tickets.map(({ ticketId }) => ticketId)).size, 2);
    });

    it('there is none before the confirm', async () => {
      const under = await open();
      const { reservationId } = await hold(under, 'alice', 'R-A-1');
      assert.equal(await under.services.orders.read(withPrefix('ord', reservationId), 'alice'), undefined);
    });

    it('I10: somebody else’s order is answered like one that never was', async () => {
      const under = await open();
      const { orderId } = await buy(under, 'alice', 'R-A-1');
      for (const id of [orderId, NOBODYS]) assert.equal(await under.services.orders.read(id, 'mallory'), undefined);
      assert.deepEqual((await under.services.orders.list({ userId: 'mallory', eventId: undefined, after: undefined, limit: 10 })).items, []);
    });

    it('lists own orders, newest first, by event, page by page', async () => {
      const under = await open();
      const ids: string[] = [];
      for (const seat of ['R-A-1', 'R-A-2', 'R-A-3']) ids.unshift((await buy(under, 'alice', seat)).orderId);
      const all = { userId: 'alice', eventId: undefined, after: undefined, limit: 2 };
      const first = await under.services.orders.list(all);
      const second = await under.services.orders.list({ ...all, after: first.next });
      assert.deepEqual([...first.items, ...second.items].map(({ orderId }) => orderId), ids);
      assert.deepEqual([first.items.length, second.next], [2, undefined]);
      assert.deepEqual((await under.services.orders.list({ ...all, eventId: OTHER_SUITE_EVENT })).items, []);
    });
  });
}
