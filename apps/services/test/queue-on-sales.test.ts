import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '@traffic-tacos/journal';
import { ManualClock, Unavailable, type ReservationId } from '@traffic-tacos/kernel';
import type { GrpcChannel } from '@traffic-tacos/kit';
import { grpcOnSales, type AskElsewhere } from '@traffic-tacos/queue';
import { movedSaleSuite, onSalesSuite, type OnSalesUnderTest } from '@traffic-tacos/queue/testing';
import { wireServices } from './support/wired-services.ts';

const SEAT = (id: string, extra: object = {}) => [{ id: 'A', name: 'A', price: 1000, seat_ids: [id, `${id}b`], ...extra }];
const EVENTS = [
  { id: 'evt_open', name: 'Open', currency: 'KRW', waiting_room: 'on', sections: SEAT('A-1') },
  {
    id: 'evt_blocked', name: 'Blocked', currency: 'KRW', queue_identity: 'account', admission: { policy: 'draw', per_second: 7, max_active: 70 },
    sale_starts_at: '2998-01-01T00:00:00Z', sale_ends_at: '2999-01-01T00:00:00Z', sections: SEAT('B-1', { blocked: ['B-1', 'B-1b'] }),
  },
];
const RESERVATION: ReservationId = `rsv_${'1'.repeat(26)}`;
/** What is older than this is asked for anew. */
const FRESH_MS = 500;
/** What nobody could renew for so long lets nobody in. */
const STALE_MS = 5_000;

/** The adapter over a socket, with a clock of its own that moves when something was changed. */
async function withOnSales(body: (on: OnSalesUnderTest & { readonly clock: ManualClock; cut(): void }) => Promise<void>): Promise<void> {
  const wired = await wireServices({ events: EVENTS });
  const { store } = wired.inventory;
  const clock = new ManualClock();
  const channel = wired.channel('inventory', { errorMode: 'status' });
  let isCut = false;
  const call: GrpcChannel['call'] = (...asked) => (isCut ? Promise.reject(new Unavailable('the network is cut')) : channel.call(...asked));
  const onSales = grpcOnSales({ breakerState: 'closed', close: () => channel.close(), call }, clock, (cause) => assert.fail(String(cause)));
  const seen = async (): Promise<void> => {
    await wired.advance(1_000);
    clock.advance(FRESH_MS);
    await onSales.learn('evt_open');
  };
  try {
    await body({
      onSales, clock, open: 'evt_open', blocked: 'evt_blocked', cut: () => void (isCut = true),
      hold: async () => {
        const held = await store.hold({ reservationId: RESERVATION, eventId: 'evt_open', userId: 'alice', seatIds: ['A-1', 'A-1b'], holdForMs: 60_000, admission: 'granted' });
        assert.equal(held.kind, 'held');
        await seen();
      },
      sell: async () => {
        assert.equal((await store.commit({ reservationId: RESERVATION, reacquire: false })).kind, 'committed');
        await seen();
      },
      // As whoever decides on an operator's word: asks elsewhere, and decides again.
      decide: async (step) => {
        await onSales.learn('evt_open');
        for (;;) {
          const outcome = await wired.ground.units.run(step);
          if (!isElsewhere(outcome)) return outcome;
          await outcome.ask();
        }
      },
    });
  } finally {
    await wired.close();
  }
}

const isElsewhere = (outcome: unknown): outcome is AskElsewhere => typeof outcome === 'object' && outcome !== null && 'ask' in outcome;

onSalesSuite('grpcOnSales', withOnSales);
movedSaleSuite('grpcOnSales', withOnSales);

test('grpcOnSales: while the inventory cannot be asked, what is known goes on for a while, and then lets nobody in', () =>
  withOnSales(async ({ onSales, clock, open, cut }) => {
    assert.equal((await onSales.learn(open))?.freeSeats, 2);
    cut();
    clock.advance(STALE_MS - 1);
    assert.equal(onSales.find(open)?.freeSeats, 2);
    clock.advance(1);
    assert.deepEqual([onSales.find(open)?.freeSeats, onSales.find(open)?.isSoldOut], [0, false]);
  }));

test('grpcOnSales: a sale is moved nowhere while the inventory cannot be asked, and one that is at that time already needs nobody', () =>
  withOnSales(async ({ onSales, open, cut }) => {
    await onSales.learn(open);
    cut();
    const step = onSales.moveSale(open, { saleStartsAtMs: new ManualClock().nowMs(), saleEndsAtMs: undefined });
    const outcome = step({} as Unit);
    assert.ok(isElsewhere(outcome));
    await assert.rejects(outcome.ask(), Unavailable);
    assert.equal(onSales.find(open)?.saleStartsAtMs, undefined);
    assert.equal(onSales.moveSale(open, { saleStartsAtMs: undefined, saleEndsAtMs: undefined })({} as Unit), 'moved');
  }));
