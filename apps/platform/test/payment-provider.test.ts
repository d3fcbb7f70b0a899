import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Unavailable, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { confirmReservation, type Payments } from '@traffic-tacos/reservation';
import type { Effects } from '@traffic-tacos/worker';
import { HOLD_MS, runByWorker, TRACE, type Run, type RunOptions } from './support/run-by-worker.ts';

/** I3: a payment has so long to become an order, or to go back. */
const BOUND_MS = 5_000;

/** Who takes the money, as reservations see it: well, away, or slow until it is let on. */
class Provider {
  #state: 'well' | 'away' | 'slow' = 'well';
  #letOn: () => void = () => undefined;
  #slow: Promise<void> = Promise.resolve();

  wrap = (right: Payments): Payments => ({
    read: async (id) => {
      if (this.#state === 'away') throw new Unavailable('the provider does not answer');
      if (this.#state === 'slow') await this.#slow;
      return right.read(id);
    },
    findCaptured: (id) => right.findCaptured(id),
    refund: (unit, id, reason) => right.refund(unit, id, reason),
  });

  goAway(): void {
    this.#state = 'away';
  }

  slowDown(): void {
    this.#state = 'slow';
    this.#slow = new Promise((resolve) => (this.#letOn = resolve));
  }

  recover(): void {
    this.#state = 'well';
    this.#letOn();
  }
}

async function withProvider(body: (run: Run, provider: Provider) => Promise<void>, effects?: (right: Effects) => Effects): Promise<void> {
  const provider = new Provider();
  const options: RunOptions = { instead: { payments: provider.wrap, ...(effects === undefined ? {} : { effects }) } };
  const run = await runByWorker(options);
  try {
    await body(run, provider);
    run.assertGreen();
  } finally {
    await run.reconciler.stop();
    await run.stop();
  }
}

/** What is kept of the buyer's money, and by how many payments. */
const kept = ({ payment }: Run): readonly number[] =>
  [...payment.intents()].filter(({ status }) => status === 'COMPLETED').map((intent) => intent.amountMinor - intent.refundedMinor);

const confirm = ({ context }: Run, reservationId: ReservationId, paymentIntentId: PaymentIntentId) =>
  confirmReservation(context, { userId: 'alice', reservationId, paymentIntentId, traceId: TRACE, idempotencyKey: undefined });

describe('S14: a payment provider in trouble', () => {
  it('S14, I3: slow until the hold is over: the seats are had again, and the payment is kept once', () =>
    withProvider(async (run, provider) => {
      const id = await run.hold();
      const intentId = await run.pay(id);
      provider.slowDown();
      const confirming = confirm(run, id, intentId);
      await run.pass(HOLD_MS + 2_000);
      assert.notEqual(run.statusOf(id), 'CONFIRMED');
      provider.recover();
      assert.equal((await confirming).kind, 'confirmed');
      await run.pass(BOUND_MS);
      assert.deepEqual([run.statusOf(id), kept(run)], ['CONFIRMED', [1_000]]);
    }));

  it('S14: down while it captures, and the answer of the payment is lost: its repetition is the same payment, and no second charge stays', () =>
    withProvider(async (run, provider) => {
      const id = await run.hold();
      const intentId = await run.pay(id, 'APPROVE', 'first');
      provider.goAway();
      const again = await run.payment.useCases.createIntent({
        userId: 'alice', traceId: TRACE, idempotencyKey: 'first', reservationId: id, amountMinor: 1_000, currency: 'KRW', scenario: 'APPROVE', method: undefined,
      });
      assert.ok(again.kind === 'replayed' && again.intent.id === intentId, 'the same payment');
      await run.pay(id, 'APPROVE', 'impatient');
      await run.pass(1_000);
      await assert.rejects(confirm(run, id, intentId), Unavailable);
      assert.deepEqual(kept(run), [1_000, 1_000], 'captured twice, and nobody could decide yet');
      provider.recover();
      await run.pass(2 * 16_000);
      assert.deepEqual([run.statusOf(id), kept(run)], ['CONFIRMED', [1_000]]);
    }));

  it('S14, I3: down for ten minutes, and the worker dead: within 5 s of its return the reconciler has made the order', () =>
    withProvider(
      async (run, provider) => {
        run.reconciler.start({ breached: ({ detail }) => assert.fail(detail), failed: (cause) => assert.fail(String(cause)) });
        const id = await run.hold();
        const intentId = await run.pay(id);
        provider.goAway();
        await run.pass(600_000);
        assert.deepEqual([run.statusOf(id), run.paymentOf(intentId)], ['EXPIRED', 'COMPLETED']);
        provider.recover();
        await run.pass(BOUND_MS);
        assert.deepEqual([run.statusOf(id), kept(run)], ['CONFIRMED', [1_000]]);
      },
      (right) => ({ ...right, followPayment: () => Promise.reject(new Unavailable('the worker is dead')) }),
    ));

  it('S14, I3: the answer to a capture was lost, and nobody ever repeats it: within 5 s the reconciler has made the order', () =>
    withProvider(
      async (run) => {
        run.reconciler.start({ breached: ({ detail }) => assert.fail(detail), failed: (cause) => assert.fail(String(cause)) });
        const id = await run.hold();
        await run.pay(id);
        await run.pass(200 + BOUND_MS);
        assert.deepEqual([run.statusOf(id), kept(run)], ['CONFIRMED', [1_000]]);
      },
      (right) => ({ ...right, followPayment: () => Promise.resolve({ kind: 'nothing_to_do' }) }),
    ));

  it('I3: captured before a crash, and every trace of its result lost: within 60 s of the restart the reconciler has made the order', async () => {
    const effects = (right: Effects): Effects => ({ ...right, followPayment: () => Promise.resolve({ kind: 'nothing_to_do' }) });
    const before = await runByWorker({ instead: { effects } });
    const id = await before.hold();
    await before.pay(id);
    await before.pass(1_000);
    assert.deepEqual([before.statusOf(id), kept(before)], ['HOLD', [1_000]]);
    await before.stop();
    const after = await before.next();
    try {
      after.reconciler.start({ breached: ({ detail }) => assert.fail(detail), failed: (cause) => assert.fail(String(cause)) });
      await after.pass(60_000);
      assert.deepEqual([after.statusOf(id), kept(after)], ['CONFIRMED', [1_000]]);
      after.assertGreen();
    } finally {
      await after.reconciler.stop();
      await after.stop();
    }
  });
});
