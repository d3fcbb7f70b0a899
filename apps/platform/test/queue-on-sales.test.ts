import assert from 'node:assert/strict';
import type { ReservationId } from '@traffic-tacos/kernel';
import { movedSaleSuite, onSalesSuite, type OnSalesUnderTest } from '@traffic-tacos/queue/testing';
import { directOnSales } from '../src/direct/queue-on-sales.ts';
import { servicesAtRest } from './support/services-at-rest.ts';

const SEAT = (id: string, extra: object = {}) => [{ id: 'A', name: 'A', price: 1000, seat_ids: [id, `${id}b`], ...extra }];
const EVENTS = [
  { id: 'evt_open', name: 'Open', currency: 'KRW', waiting_room: 'on', sections: SEAT('A-1') },
  {
    id: 'evt_blocked', name: 'Blocked', currency: 'KRW', queue_identity: 'account', admission: { policy: 'draw', per_second: 7, max_active: 70 },
    sale_starts_at: '2998-01-01T00:00:00Z', sale_ends_at: '2999-01-01T00:00:00Z', sections: SEAT('B-1', { blocked: ['B-1', 'B-1b'] }),
  },
];
const RESERVATION: ReservationId = `rsv_${'1'.repeat(26)}`;

async function withOnSales(body: (on: OnSalesUnderTest) => Promise<void>): Promise<void> {
  const { inventory, clock, units, advance } = await servicesAtRest(EVENTS);
  const { store } = inventory;
  try {
    await body({
      onSales: directOnSales(inventory.reads, inventory.decide, clock),
      open: 'evt_open',
      blocked: 'evt_blocked',
      hold: async () => {
        const held = await store.hold({ reservationId: RESERVATION, eventId: 'evt_open', userId: 'alice', seatIds: ['A-1', 'A-1b'], holdForMs: 60_000, admission: 'granted' });
        assert.equal(held.kind, 'held');
        await advance(1_000);
      },
      decide: async (step) => {
        const outcome = await units.run(step);
        await advance(1_000);
        return outcome;
      },
      sell: async () => {
        assert.equal((await store.commit({ reservationId: RESERVATION, reacquire: false })).kind, 'committed');
        await advance(1_000);
      },
    });
  } finally {
    await inventory.stop();
  }
}

onSalesSuite('the direct adapter', withOnSales);
movedSaleSuite('the direct adapter', withOnSales);
