import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grpcPaymentResults } from '@traffic-tacos/gateway';
import { SUITE_EVENTS, suiteEventDocument } from '@traffic-tacos/gateway/testing';
import { present } from '@traffic-tacos/kernel';
import { holdSeats } from '@traffic-tacos/reservation';
import { wireServices } from './support/wired-services.ts';

const TRACE = 'a'.repeat(32);

test('I6: a webhook’s result is followed over gRPC by the payment as re-read, once, however often and early its messages come', async () => {
  const wired = await wireServices({ events: SUITE_EVENTS.map(suiteEventDocument) });
  try {
    const statuses = { errorMode: 'status' } as const;
    const results = grpcPaymentResults(wired.channel('payment', statuses), wired.channel('reservation', statuses));
    const { context } = wired.reservation;
    const eventId = present(SUITE_EVENTS[0], 'an event');
    const held = await holdSeats(context, { userId: 'alice', traceId: TRACE, idempotencyKey: 'k', eventId, seatIds: ['R-A-1'], quantity: 1, section: undefined, reservationToken: undefined });
    assert.ok(held.kind === 'created', held.kind);
    const { id: reservationId, totalMinor: amountMinor, currency } = held.reservation;
    const made = await wired.payment.payment.useCases.createIntent({ userId: 'alice', traceId: TRACE, idempotencyKey: 'p', reservationId, amountMinor, currency, scenario: 'APPROVE', method: undefined });
    assert.ok(made.kind === 'created', made.kind);
    const paymentIntentId = made.intent.id;
    const follow = async (webhookId: string): Promise<string> => (await results.follow({ webhookId, paymentIntentId, traceId: TRACE })).kind;
    const statusNow = async (): Promise<unknown> => (await context.store.read(reservationId))?.status;
    assert.equal(await follow('whk_early'), 'followed');
    assert.equal(await statusNow(), 'HOLD', 'there is no result yet');
    await wired.advance(200);
    assert.deepEqual(await Promise.all(['whk_1', 'whk_1', 'whk_2'].map(follow)), ['followed', 'followed', 'followed']);
    assert.equal(await statusNow(), 'CONFIRMED');
    assert.deepEqual(await results.follow({ webhookId: 'whk_3', paymentIntentId: `pay_${'0'.repeat(26)}`, traceId: TRACE }), { kind: 'payment_not_found' });
  } finally {
    await wired.close();
  }
});
