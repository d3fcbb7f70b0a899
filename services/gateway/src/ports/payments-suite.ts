import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PaymentIntentId } from '@traffic-tacos/kernel';
import type { CreatePaymentIntent } from './payments.ts';
import { beginPayment, buy, callBy, codeOf, hold, keylessCallBy, type OpenServices } from './services-under-test.ts';
import type { HeldReservation } from './reservations.ts';

const NOBODYS: PaymentIntentId = `pay_${'0'.repeat(26)}`;

/** What every adapter to the payment service must do. */
export function paymentsSuite(adapter: string, open: OpenServices): void {
  describe(`${adapter} as the payments behind the gateway`, () => {
    creating(open);
    settling(open);
  });
}

function wishToPay(userId: string, { reservationId, totalAmountMinor, currency }: HeldReservation): CreatePaymentIntent {
  return { ...callBy(userId), reservationId, amountMinor: totalAmountMinor, currency, scenario: 'APPROVE', method: 'CREDIT_CARD' };
}

function creating(open: OpenServices): void {
  it('begins the payment of one’s own held reservation, over its frozen total', async () => {
    const under = await open();
    const held = await hold(under, 'alice', 'R-A-1');
    const payment = await beginPayment(under, 'alice', held);
    assert.deepEqual(
      [payment.reservationId, payment.status, payment.amountMinor, payment.currency, payment.refundedAmountMinor, payment.processedAtMs],
      [held.reservationId, 'PENDING', 150_000, 'KRW', 0, undefined],
    );
    assert.equal(payment.expiresAtMs - payment.createdAtMs, 900_000);
    assert.deepEqual(await under.services.payments.read(payment.paymentIntentId, 'alice'), payment);
  });

  it('refuses another amount or currency, and a reservation that is not held any more', async () => {
    const under = await open();
    const { payments, reservations } = under.services;
    const held = await hold(under, 'alice', 'R-A-1');
    const wish = wishToPay('alice', held);
    assert.equal(codeOf(await payments.createIntent({ ...wish, amountMinor: 149_999 })), 'INVALID_REQUEST');
    assert.equal(codeOf(await payments.createIntent({ ...wish, currency: 'USD' })), 'INVALID_REQUEST');
    await reservations.cancel({ ...callBy('alice'), reservationId: held.reservationId });
    assert.equal(codeOf(await payments.createIntent(wish)), 'RESERVATION_ALREADY_CANCELLED');

    const late = await hold(under, 'alice', 'R-A-2');
    await under.advance(60_000);
    assert.equal(codeOf(await payments.createIntent(wishToPay('alice', late))), 'RESERVATION_EXPIRED');
    const { held: bought } = await buy(under, 'alice', 'R-A-3');
    assert.equal(codeOf(await payments.createIntent(wishToPay('alice', bought))), 'RESERVATION_ALREADY_CONFIRMED');
  });

  it('I7: one key has one intent, and a conflict for other content', async () => {
    const under = await open();
    const wish = wishToPay('alice', await hold(under, 'alice', 'R-A-1'));
    const first = await under.services.payments.createIntent(wish);
    const again = await under.services.payments.createIntent(wish);
    assert.ok('kind' in first && 'kind' in again);
    assert.deepEqual([first.replayed, again.replayed], [false, true]);
    assert.equal(again.payment.paymentIntentId, first.payment.paymentIntentId);
    assert.equal(codeOf(await under.services.payments.createIntent({ ...wish, scenario: 'FAIL' })), 'IDEMPOTENCY_CONFLICT');
    const other = await under.services.payments.createIntent({ ...wish, ...callBy('alice') });
    assert.ok('kind' in other && other.payment.paymentIntentId !== first.payment.paymentIntentId);
  });
}

function settling(open: OpenServices): void {
  it('settles by itself, as the scenario says', async () => {
    const under = await open();
    const held = await hold(under, 'alice', 'R-A-1');
    const statuses = { APPROVE: 'COMPLETED', FAIL: 'FAILED', DELAY: 'PENDING', TIMEOUT: 'PENDING' } as const;
    const ids = new Map<PaymentIntentId, string>();
    for (const scenario of ['APPROVE', 'FAIL', 'DELAY', 'TIMEOUT'] as const) {
      const answer = await under.services.payments.createIntent({ ...wishToPay('alice', held), scenario });
      assert.ok('kind' in answer);
      ids.set(answer.payment.paymentIntentId, statuses[scenario]);
    }
    await under.advance(1_000);
    for (const [id, status] of ids) assert.equal((await under.services.payments.read(id, 'alice'))?.status, status);
  });

  it('processing answers the intent and draws no second outcome', async () => {
    const under = await open();
    const answer = await under.services.payments.createIntent({ ...wishToPay('alice', await hold(under, 'alice', 'R-A-1')), scenario: 'FAIL' });
    assert.ok('kind' in answer);
    const { paymentIntentId } = answer.payment;
    for (const call of [callBy('alice'), keylessCallBy('alice')]) {
      const processed = await under.services.payments.process({ ...call, paymentIntentId });
      assert.ok('kind' in processed && processed.payment.paymentIntentId === paymentIntentId);
    }
    await under.advance(5_000);
    const settled = await under.services.payments.read(paymentIntentId, 'alice');
    assert.equal(settled?.status, 'FAILED');
    assert.notEqual(settled?.processedAtMs, undefined);
  });

  it('I10: what is somebody else’s is answered exactly like what never was', async () => {
    const under = await open();
    const { payments } = under.services;
    const held = await hold(under, 'alice', 'R-A-1');
    const { paymentIntentId } = await beginPayment(under, 'alice', held);
    for (const id of [paymentIntentId, NOBODYS]) {
      assert.equal(await payments.read(id, 'mallory'), undefined);
      assert.equal(codeOf(await payments.process({ ...callBy('mallory'), paymentIntentId: id })), 'PAYMENT_NOT_FOUND');
    }
    const nobodys: HeldReservation = { ...held, reservationId: `rsv_${'0'.repeat(26)}` };
    const attempts = [await payments.createIntent(wishToPay('mallory', held)), await payments.createIntent(wishToPay('mallory', nobodys))];
    assert.deepEqual(attempts[0], attempts[1]);
    assert.equal(codeOf(attempts[0] ?? {}), 'RESERVATION_NOT_FOUND');
  });
}
