import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Joinable } from '@traffic-tacos/journal';
import { amountMinor, epochMs, newId, SeededRandom, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { Payments, RefundReason } from './payments.ts';

/** What a payment is to come to: approved after 200 ms, refused after 100 ms, or approved after 3 s. */
export type SuiteScenario = 'APPROVE' | 'FAIL' | 'DELAY';

export interface SuitePayment {
  readonly id: PaymentIntentId;
  readonly reservationId: ReservationId;
}

/** An adapter under test, and a payment service behind it whose clock the suite moves. */
export interface PaymentsUnderTest {
  readonly payments: Payments;
  /** Alice begins a payment of 1,000 KRW for a reservation that she holds: for that of another payment, or for one of its own. */
  begin(scenario: SuiteScenario, also?: SuitePayment): Promise<SuitePayment>;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** Has the provider give a part back. */
  refundPart(id: PaymentIntentId, amount: number): Promise<void>;
  /** What the payment service itself has on record. */
  recorded(id: PaymentIntentId): Promise<{ readonly status: string; readonly refunded: number; readonly reason: RefundReason | undefined }>;
  /** Runs a decision as a caller would, and resolves when all that it asked for has been done. */
  run<Outcome>(step: Joinable<Outcome>): Promise<Outcome>;
}

/** What every adapter of `Payments` must do. Only what both an adapter in this process and a remote one can give is asserted. */
export function paymentsSuite(name: string, make: () => Promise<PaymentsUnderTest>): void {
  const it = (sentence: string, body: (on: PaymentsUnderTest) => Promise<void>): void => {
    test(`${name}: ${sentence}`, async () => body(await make()));
  };
  const read = async ({ payments, run }: PaymentsUnderTest, id: PaymentIntentId) => run(await payments.read(id));
  const refund = ({ payments, run }: PaymentsUnderTest, id: PaymentIntentId, reason: RefundReason): Promise<void> =>
    run((unit) => payments.refund(unit, id, reason));

  it('an intent reads as it stands: under way, captured, refused; one of nobody is not there', async (on) => {
    const { id, reservationId } = await on.begin('APPROVE');
    const refused = await on.begin('FAIL');
    const open = {
      id, reservationId, userId: 'alice', isCaptured: false, isRefunded: false, isFailed: false, amountMinor: amountMinor(1_000), currency: 'KRW',
    };
    await on.advance(199);
    assert.deepEqual(await read(on, id), open);
    await on.advance(1);
    assert.deepEqual(await read(on, id), { ...open, isCaptured: true });
    assert.deepEqual(await read(on, refused.id), { ...open, ...refused, isFailed: true });
    assert.equal(await read(on, newId('pay', epochMs(1_700_000_000_000), 0, new SeededRandom(3))), undefined);
  });

  it('I3: of a captured intent the amount is what is still there of it', async (on) => {
    const { id } = await on.begin('APPROVE');
    await on.advance(200);
    await on.refundPart(id, 300);
    const found = await read(on, id);
    assert.deepEqual([found?.isCaptured, found?.isRefunded, found?.amountMinor], [true, false, 700]);
  });

  it('the captured intent of a reservation is found, and none while nothing is captured', async (on) => {
    const { id, reservationId } = await on.begin('APPROVE');
    await on.begin('FAIL', { id, reservationId });
    assert.equal(await on.payments.findCaptured(reservationId), undefined);
    await on.advance(200);
    assert.equal(await on.payments.findCaptured(reservationId), id);
    const other = await on.begin('DELAY');
    assert.equal(await on.payments.findCaptured(other.reservationId), undefined);
  });

  it('I3: of two captured intents the one that was captured first is found, whichever was made first; a refunded one is not', async (on) => {
    const slow = await on.begin('DELAY');
    const quick = await on.begin('APPROVE', slow);
    await on.advance(3_000);
    assert.equal(await on.payments.findCaptured(slow.reservationId), quick.id);
    await refund(on, quick.id, 'other_payment_won');
    assert.equal(await on.payments.findCaptured(slow.reservationId), slow.id);
  });

  for (const reason of ['seats_gone', 'reservation_cancelled', 'other_payment_won', 'amount_differs'] as const) {
    it(`I3: a refund because of ${reason} gives all of it back, and says so on record`, async (on) => {
      const { id } = await on.begin('APPROVE');
      await on.advance(200);
      await refund(on, id, reason);
      const recorded = { status: 'REFUNDED', refunded: 1_000, reason };
      assert.deepEqual(await on.recorded(id), recorded);
      const found = await read(on, id);
      assert.deepEqual([found?.isCaptured, found?.isRefunded], [false, true]);
    });
  }

  it('I6: a refund after a part went back gives the rest back, once', async (on) => {
    const { id } = await on.begin('APPROVE');
    await on.advance(200);
    await on.refundPart(id, 300);
    await refund(on, id, 'seats_gone');
    assert.deepEqual(await on.recorded(id), { status: 'REFUNDED', refunded: 1_000, reason: 'seats_gone' });
  });
}
