import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Units } from '@traffic-tacos/journal';
import { amountMinor, DEFAULT_LIMITS, durationMs, LimitReached, ManualClock, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createLogger } from '@traffic-tacos/kit';
import type { PaymentFact } from '@traffic-tacos/payment';
import { ManualScheduler } from '@traffic-tacos/payment/testing';
import { createReservation, createReservationTables, holdSeats, type Payments } from '@traffic-tacos/reservation';
import { MemorySeats, RecordedEntries } from '@traffic-tacos/reservation/testing';
import { followPayments } from '../src/follow-payments.ts';

const PAY: PaymentIntentId = `pay_${'1'.repeat(26)}`;
const logger = createLogger({ service: 'test', level: 'silent', destination: 2 });

test('I3: a follow-up that could not be decided is tried again within the time that a payment has', async () => {
  const clock = new ManualClock();
  const limits = { ...DEFAULT_LIMITS, holdRows: 10, reservationRows: 10, orderRows: 10 };
  const seats = new MemorySeats(clock, ['A-1']);
  let refusals = 2;
  const held: { id: string } = { id: '' };
  const payments: Payments = {
    read: () => {
      if (refusals-- > 0) return Promise.reject(new LimitReached('the disk is a group behind'));
      return Promise.resolve(() => ({
        id: PAY, reservationId: held.id as `rsv_${string}`, userId: 'alice', isCaptured: true, isRefunded: false, isFailed: false,
        amountMinor: amountMinor(1000), currency: 'KRW',
      }));
    },
    findCaptured: () => Promise.resolve(undefined),
    refund: () => assert.fail('nothing is to be refunded'),
  };
  const tables = createReservationTables(limits);
  const { context } = createReservation({
    tables, units: new Units(new RecordedEntries(), 5), seats, payments, admission: { check: () => Promise.resolve(undefined) },
    machine: { clock, random: new SeededRandom(7), scheduler: { after: () => () => undefined } },
    settings: { holdMs: durationMs(60_000), extensionMaxMs: durationMs(60_000), failedPaymentPolicy: 'keep', limits },
  });
  const created = await holdSeats(context, {
    userId: 'alice', traceId: 'a'.repeat(32), idempotencyKey: 'k', eventId: seats.eventId, seatIds: ['A-1'], quantity: 1, section: undefined, reservationToken: undefined,
  });
  assert.ok(created.kind === 'created');
  held.id = created.reservation.id;
  const scheduler = new ManualScheduler(clock);
  const follower = followPayments({ context: () => context, peekOrder: (id) => tables.orders.read(id), clock, scheduler, logger });
  const fact: PaymentFact = {
    type: 'payment.approved', id: `${PAY}.1`, sequence: 1, intentId: PAY, reservationId: created.reservation.id, userId: 'alice', status: 'COMPLETED',
    amountMinor: amountMinor(1000), currency: created.reservation.currency, refundMinor: amountMinor(0), refundedMinor: amountMinor(0), refundReason: undefined,
    occurredAtMs: clock.nowMs(), traceId: 'b'.repeat(32),
  };
  follower.results.approved(fact);
  for (let second = 0; second < 4; second++) {
    await new Promise((resolve) => void setImmediate(resolve));
    clock.advance(1_000);
    await scheduler.wakeDue();
  }
  await follower.stop();
  assert.equal((await context.store.read(created.reservation.id))?.status, 'CONFIRMED');
});
