import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SUITE_EVENTS, suiteEventDocument } from '@traffic-tacos/gateway/testing';
import { present, Unavailable, type ReservationId } from '@traffic-tacos/kernel';
import { freePort } from '@traffic-tacos/kit/testing';
import { holdSeats } from '@traffic-tacos/reservation';
import { grpcEffects } from '@traffic-tacos/worker';
import { channelTo } from './support/grpc-port.ts';
import { wireServices, type WiredServices } from './support/wired-services.ts';

const TRACE = 'a'.repeat(32);
const HOLD_MS = 60_000;
const NOBODY: ReservationId = `rsv_${'0'.repeat(26)}`;

async function hold({ reservation }: WiredServices, userId: string): Promise<ReservationId> {
  const eventId = present(SUITE_EVENTS[0], 'an event');
  const held = await holdSeats(reservation.context, { userId, traceId: TRACE, idempotencyKey: userId, eventId, seatIds: ['R-A-1'], quantity: 1, section: undefined, reservationToken: undefined });
  assert.ok(held.kind === 'created', held.kind);
  return held.reservation.id;
}

async function between(body: (wired: WiredServices) => Promise<void>): Promise<void> {
  const wired = await wireServices({ events: SUITE_EVENTS.map(suiteEventDocument) });
  try {
    await body(wired);
  } finally {
    await wired.close();
  }
}

const effectsOf = (wired: WiredServices) => grpcEffects(wired.channel('reservation', { errorMode: 'status' }));
const statusOf = async ({ reservation }: WiredServices, id: ReservationId) => (await reservation.context.store.read(id))?.status;

test('S10: a wake-up over gRPC ends no hold before its instant, ends it then, and touches nothing after a resale', () =>
  between(async (wired) => {
    const effects = effectsOf(wired);
    const id = await hold(wired, 'alice');
    assert.deepEqual(await effects.endHold(id, TRACE), { kind: 'nothing_to_do' });
    await wired.advance(HOLD_MS);
    assert.deepEqual(await effects.endHold(id, TRACE), { kind: 'done', seatIds: ['R-A-1'] });
    const next = await hold(wired, 'bob');
    assert.deepEqual(await effects.endHold(id, TRACE), { kind: 'nothing_to_do' });
    assert.equal(await statusOf(wired, next), 'HOLD');
    assert.deepEqual(await effects.endHold(NOBODY, TRACE), { kind: 'reservation_not_found' });
  }));

test('I3: a payment is followed over gRPC: nothing before its result, its order then, and nothing more', () =>
  between(async (wired) => {
    const effects = effectsOf(wired);
    const reservationId = await hold(wired, 'alice');
    const { totalMinor: amountMinor, currency } = present(await wired.reservation.context.store.read(reservationId), 'the reservation');
    const made = await wired.payment.payment.useCases.createIntent({ userId: 'alice', traceId: TRACE, idempotencyKey: 'p', reservationId, amountMinor, currency, scenario: 'APPROVE', method: undefined });
    assert.ok(made.kind === 'created', made.kind);
    const hint = { type: 'payment.approved', paymentIntentId: made.intent.id, reservationId, traceId: TRACE, messageId: undefined } as const;
    assert.deepEqual(await effects.followPayment(hint), { kind: 'nothing_to_do' });
    await wired.advance(200);
    const followed = await effects.followPayment(hint);
    assert.ok(followed.kind === 'done' && followed.orderId?.startsWith('ord_') === true, JSON.stringify(followed));
    assert.equal(await statusOf(wired, reservationId), 'CONFIRMED');
    assert.deepEqual(await effects.followPayment({ ...hint, reservationId: NOBODY }), { kind: 'reservation_not_found' });
    const wish = { reservationId, paymentIntentId: made.intent.id, traceId: TRACE } as const;
    assert.deepEqual(await effects.compensate({ ...wish, kind: 'refund_payment' }), { kind: 'must_not_be_undone', reason: 'the payment pays for an order' });
  }));

test('what failed half-way is undone over gRPC, unless it is a buyer’s', () =>
  between(async (wired) => {
    const effects = effectsOf(wired);
    const reservationId = await hold(wired, 'alice');
    const wish = { reservationId, paymentIntentId: undefined, traceId: TRACE } as const;
    assert.deepEqual(await effects.compensate({ ...wish, kind: 'release_seats' }), { kind: 'must_not_be_undone', reason: 'the seats are held for a buyer' });
    assert.deepEqual(await effects.compensate({ ...wish, kind: 'cancel_reservation' }), { kind: 'done' });
    assert.equal(await statusOf(wired, reservationId), 'CANCELLED');
    assert.deepEqual(await effects.compensate({ ...wish, kind: 'cancel_reservation', reservationId: NOBODY }), { kind: 'reservation_not_found' });
    await hold(wired, 'bob');
  }));

test('S15: where nobody answers, an effect is of unknown outcome and to be asked for again', async () => {
  const channel = channelTo('reservation', await freePort(), { errorMode: 'status' });
  try {
    await assert.rejects(grpcEffects(channel).endHold(NOBODY, TRACE), (error) => error instanceof Unavailable);
  } finally {
    channel.close();
  }
});
