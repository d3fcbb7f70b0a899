import assert from 'node:assert/strict';
import { amountMinor, durationMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { UpstreamFailure, type GrpcChannelSettings } from '@traffic-tacos/kit';
import { cancelReservation, confirmReservation, holdSeats, readReservation, statusAt, type CreateCommand } from '@traffic-tacos/reservation';
import { openProxy, type TcpProxy } from './tcp-proxy.ts';
import { wireServices, type WiredServices, type WiringOptions } from './wired-services.ts';

const EVENT = {
  id: 'evt_sale', name: 'Sale', currency: 'KRW', purchase_limit: 4,
  sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2', 'A-3', 'A-4'] }],
};

const HELD_WITHIN_MS = 60_000;
/** Longer than an answer takes on a busy machine, so that what is asked is decided even where its answer is lost. */
const PATIENT_MS = 2_500;
const TRACE = 'a'.repeat(32);

/** Services with a proxy between reservation and inventory, and what buyers do. */
export interface Sale {
  readonly wired: WiredServices;
  readonly proxy: TcpProxy;
  hold(userId: string, key: string, ...seatIds: readonly string[]): ReturnType<typeof holdSeats>;
  /** Holds, or fails the test. Repeats with the same key where no answer comes in time, as clients do: the machine may be busy. */
  held(userId: string, key: string, ...seatIds: readonly string[]): Promise<ReservationId>;
  /** Makes a payment that is captured at once. */
  paid(userId: string, reservationId: ReservationId, amount: number): Promise<PaymentIntentId>;
  confirm(userId: string | undefined, reservationId: ReservationId, paymentIntentId: PaymentIntentId): ReturnType<typeof confirmReservation>;
  cancel(userId: string, reservationId: ReservationId): ReturnType<typeof cancelReservation>;
  /** The reservation as its owner sees it. */
  status(reservationId: ReservationId): Promise<string | undefined>;
  /** Seats of the event that are held and sold, as the inventory counts them. */
  taken(): Promise<{ readonly held: number; readonly sold: number }>;
}

export async function withSale(body: (on: Sale) => Promise<void>, options: Partial<WiringOptions> & { readonly timeoutMs?: number; readonly channel?: Partial<GrpcChannelSettings> } = {}): Promise<void> {
  let proxy: TcpProxy | undefined;
  const { timeoutMs = PATIENT_MS, channel = {}, ...wiring } = options;
  const wired = await wireServices({
    events: [EVENT],
    toInventory: async (port) => {
      proxy = await openProxy(port);
      return { address: `127.0.0.1:${proxy.port}`, settings: { timeoutMs, reconnectMs: 20, greatestReconnectMs: 50, ...channel } };
    },
    ...wiring,
  });
  try {
    assert.ok(proxy !== undefined);
    await body(saleOn(wired, proxy));
  } finally {
    await wired.close();
    await proxy?.close();
  }
}

function saleOn(wired: WiredServices, proxy: TcpProxy): Sale {
  const { context } = wired.reservation;
  const hold: Sale['hold'] = (userId, idempotencyKey, ...seatIds) => {
    const command: CreateCommand = {
      userId, traceId: TRACE, idempotencyKey, eventId: EVENT.id, seatIds, quantity: seatIds.length, section: undefined, reservationToken: undefined,
    };
    return holdSeats(context, command);
  };
  const facts = (userId: string | undefined, reservationId: ReservationId) => ({ userId, reservationId, traceId: TRACE, idempotencyKey: undefined });
  return {
    wired, proxy, hold,
    held: async (userId, key, ...seatIds) => {
      const startedMs = performance.now();
      for (;;) {
        try {
          const outcome = await hold(userId, key, ...seatIds);
          return outcome.kind === 'created' ? outcome.reservation.id : assert.fail(outcome.kind);
        } catch (thrown) {
          if (!(thrown instanceof UpstreamFailure) || performance.now() - startedMs > HELD_WITHIN_MS) throw thrown;
        }
      }
    },
    paid: async (userId, reservationId, amount) => {
      const outcome = await wired.payment.payment.useCases.createIntent({
        userId, traceId: TRACE, idempotencyKey: crypto.randomUUID(), reservationId, amountMinor: amountMinor(amount), currency: 'KRW', scenario: 'APPROVE', method: undefined,
      });
      assert.equal(outcome.kind, 'created');
      const { id } = outcome.kind === 'created' ? outcome.intent : assert.fail();
      await wired.advance(durationMs(200));
      return id;
    },
    confirm: (userId, reservationId, paymentIntentId) => confirmReservation(context, { ...facts(userId, reservationId), paymentIntentId }),
    cancel: (userId, reservationId) => cancelReservation(context, facts(userId, reservationId)),
    status: async (reservationId) => {
      const found = await readReservation(context, reservationId, undefined);
      return found === undefined ? undefined : statusAt(found, context.clock.nowMs());
    },
    taken: async () => {
      const event = await wired.inventory.store.readEvent(EVENT.id);
      const { held = 0, sold = 0 } = event?.sections[0] ?? {};
      return { held, sold };
    },
  };
}
