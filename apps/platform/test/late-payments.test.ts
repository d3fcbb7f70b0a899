import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Unavailable } from '@traffic-tacos/kernel';
import { cancelReservation } from '@traffic-tacos/reservation';
import type { Effects } from '@traffic-tacos/worker';
import { HOLD_MS, runByWorker, TRACE, type Run, type RunOptions } from './support/run-by-worker.ts';

async function running(body: (run: Run) => Promise<void>, options?: RunOptions): Promise<void> {
  const run = await runByWorker(options);
  try {
    await body(run);
    run.assertGreen();
  } finally {
    await run.stop();
  }
}

describe('what follows a payment, by relay and worker alone', () => {
  it('I3: captured while HOLD: confirmed, although the client never comes back', () =>
    running(async ({ hold, pay, pass, statusOf, tables }) => {
      const id = await hold();
      const intentId = await pay(id);
      await pass(1_000);
      assert.deepEqual([statusOf(id), tables.worker.applied.has(`${intentId}.1`), tables.worker.messages.queued], ['CONFIRMED', true, 0]);
    }));

  it('I3: captured after expiry, seats free: re-acquired and confirmed', () =>
    running(async ({ hold, pay, pass, statusOf }) => {
      const id = await hold();
      await pass(HOLD_MS - 1_000);
      await pay(id, 'DELAY');
      await pass(1_100);
      assert.equal(statusOf(id), 'EXPIRED');
      await pass(3_000);
      assert.equal(statusOf(id), 'CONFIRMED');
    }));

  it('I3: captured after expiry, seats gone: refunded, and the reservation is FAILED', () =>
    running(async ({ hold, pay, pass, statusOf, paymentOf }) => {
      const id = await hold();
      await pass(HOLD_MS - 1_000);
      const intentId = await pay(id, 'DELAY');
      await pass(1_100);
      await hold('bob');
      await pass(3_000);
      assert.deepEqual([statusOf(id), paymentOf(intentId)], ['FAILED', 'REFUNDED']);
    }));

  it('I3: captured after cancel: refunded, CANCELLED stays', () =>
    running(async ({ hold, pay, pass, statusOf, paymentOf, context }) => {
      const id = await hold();
      const intentId = await pay(id, 'DELAY');
      await cancelReservation(context, { reservationId: id, userId: 'alice', traceId: TRACE, idempotencyKey: undefined });
      await pass(4_000);
      assert.deepEqual([statusOf(id), paymentOf(intentId)], ['CANCELLED', 'REFUNDED']);
    }));

  it('I3: two intents captured for one reservation: the first wins, the other is refunded', () =>
    running(async ({ hold, pay, pass, statusOf, paymentOf }) => {
      const id = await hold();
      const [first, second] = [await pay(id, 'APPROVE', 'one'), await pay(id, 'DELAY', 'two')];
      await pass(4_000);
      assert.deepEqual([statusOf(id), paymentOf(first), paymentOf(second)], ['CONFIRMED', 'COMPLETED', 'REFUNDED']);
    }));

  it('I3: failed: the hold stays for another payment, or ends at once by the policy', async () => {
    await running(async ({ hold, pay, pass, statusOf }) => {
      const id = await hold();
      await pay(id, 'FAIL');
      await pass(1_000);
      assert.equal(statusOf(id), 'HOLD');
      await pay(id, 'APPROVE');
      await pass(1_000);
      assert.equal(statusOf(id), 'CONFIRMED');
    });
    await running(async ({ hold, pay, pass, statusOf }) => {
      const id = await hold();
      await pay(id, 'FAIL');
      await pass(1_000);
      assert.equal(statusOf(id), 'FAILED');
      await hold('bob');
    }, { failedPolicy: 'release' });
  });

  it('I3: a payment of which a part went back before anything followed is refunded, and buys nothing', () =>
    running(async ({ hold, pay, pass, time, refund, statusOf, paymentOf }) => {
      const id = await hold();
      const intentId = await pay(id);
      // The result is there and nobody has looked yet.
      time.advance(200);
      assert.equal((await refund(intentId, 300)).kind, 'refunded');
      await pass(1_000);
      assert.deepEqual([statusOf(id), paymentOf(intentId)], ['HOLD', 'REFUNDED']);
    }));

  it('I3: a full refund of a confirmed order returns the seats; a part of it returns nothing', () =>
    running(async ({ hold, pay, pass, refund, statusOf }) => {
      const id = await hold();
      const intentId = await pay(id);
      await pass(1_000);
      await refund(intentId, 400);
      await pass(1_000);
      assert.equal(statusOf(id), 'CONFIRMED');
      await refund(intentId);
      await pass(1_000);
      assert.equal(statusOf(id), 'REFUNDED');
      await hold('bob');
    }));

  it('I6: results out of order, five at once and again after three days: the state is the payment as re-read, once', () =>
    running(async ({ hold, pay, pass, refund, statusOf, tables, worker, time }) => {
      const id = await hold();
      const intentId = await pay(id);
      await pass(1_000);
      await refund(intentId);
      await pass(1_000);
      const written = tables.reservation.reservations.read(id)?.version;
      const detail = { reservation_id: id, payment_intent_id: intentId, version: 1, occurred_at: '', trace_id: TRACE };
      const again = (sequence: number, type: string, copy: number) => ({ source: 'payment.service', detailType: 'Payment Status Updated', detail: { ...detail, id: `${intentId}.${sequence}${copy === 0 ? '' : `-${copy}`}`, type, sequence } });
      const results = [0, 1, 2, 3, 4].flatMap((copy) => [again(2, 'payment.refunded', copy), again(1, 'payment.approved', copy)]);
      await worker.bus.publish(results);
      await pass(1_000);
      time.advance(3 * 24 * 3_600_000);
      await worker.bus.publish(results);
      await pass(1_000);
      assert.deepEqual([statusOf(id), tables.reservation.reservations.read(id)?.version, tables.worker.messages.queued, tables.worker.messages.dead], ['REFUNDED', written, 0, 0]);
    }));

  it('S14: the reservation store is away for ten minutes after a capture: no attempt is counted, nothing is dead, and the order follows', async () => {
    let isAway = true;
    const absent: Effects['followPayment'] = () => Promise.reject(new Unavailable('the store is away'));
    await running(async ({ hold, pay, pass, statusOf, tables }) => {
      const id = await hold();
      await pay(id);
      await pass(600_000);
      assert.deepEqual([statusOf(id), tables.worker.messages.queued, tables.worker.messages.dead], ['EXPIRED', 1, 0]);
      isAway = false;
      await pass(16_000);
      assert.equal(statusOf(id), 'CONFIRMED');
    }, { instead: { effects: (right) => ({ ...right, followPayment: (hint) => (isAway ? absent(hint) : right.followPayment(hint)) }) } });
  });

  it('S15: the bus is away for ten minutes: requests go on, nothing is dead, and everything follows after it', () =>
    running(async (run) => {
      const { hold, pay, pass, statusOf, tables, worker, metrics } = run;
      const right = worker.bus.publish.bind(worker.bus);
      worker.bus.publish = () => Promise.reject(new Unavailable('the bus is away'));
      const [one, other] = [await hold('alice', 'A-1'), await hold('alice', 'A-2')];
      await pay(one, 'APPROVE', 'one');
      await pass(590_000);
      assert.match(await metrics.text(), /outbox_oldest_age_seconds [4-5]\d\d/);
      worker.bus.publish = right;
      await pass(20_000);
      assert.deepEqual([statusOf(one), statusOf(other), tables.worker.messages.dead], ['CONFIRMED', 'EXPIRED', 0]);
      assert.match(await metrics.text(), /outbox_events_published_total [1-9]/);
      assert.match(await metrics.text(), /worker_events_total\{type="payment\.approved",outcome="done"\} 1/);
    }));

  it('S12: a process that dies between a message and its effect leaves both to the next one, and the effect comes once', async () => {
    for (const dieAfterMs of [200, 205, 210, 211, 215, 220, 230]) {
      const run = await runByWorker();
      const id = await run.hold();
      await run.pay(id);
      await run.pass(dieAfterMs);
      // Nobody stops it: what was under way is lost with the process.
      const next = await run.next();
      await next.pass(2_000);
      assert.equal(next.statusOf(id), 'CONFIRMED', `died ${dieAfterMs} ms after the payment was asked for`);
      assert.equal(next.tables.worker.messages.queued, 0);
      next.assertGreen();
      await next.stop();
    }
  });
});
