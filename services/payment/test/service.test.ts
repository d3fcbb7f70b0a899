import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMs, InvariantBreach } from '@traffic-tacos/kernel';
import type { PaymentIntentId } from '@traffic-tacos/kernel';
import { checkPaymentSettings, DEFAULT_TIMINGS } from '../src/service.ts';
import { ask, bodyOf, pay, paymentWorld, SETTINGS, type PaymentWorld } from './payment-world.ts';

const statusOf = async (world: PaymentWorld, id: string) => bodyOf(await ask(world, 'GET /v1/payments/intents/:id', { id }))['status'];
const typesTold = (world: PaymentWorld) => world.told.map((fact) => `${fact.type} ${fact.sequence}`);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the payment service', () => {
  it('shows every intent as it is now, written down or not', async () => {
    const world = paymentWorld();
    for (const scenario of ['APPROVE', 'FAIL', 'TIMEOUT']) await pay(world, { scenario });
    const statuses = () => [...world.service.intents()].map((intent) => intent.status);
    assert.deepEqual(statuses(), ['PENDING', 'PENDING', 'PENDING']);
    world.clock.advance(200);
    assert.deepEqual(statuses(), ['COMPLETED', 'FAILED', 'PENDING']);
  });

  it('tells of a result at its instant: not a millisecond before, and once', async () => {
    const world = paymentWorld();
    world.service.start();
    await pay(world);
    await world.pass(199);
    assert.deepEqual(typesTold(world), []);
    await world.pass(1);
    assert.deepEqual(typesTold(world), ['payment.approved 1']);
    await world.pass(1_000_000);
    assert.deepEqual(typesTold(world), ['payment.approved 1']);
    await world.service.stop();
  });

  it('waits for the earliest instant, whatever the order of the creations', async () => {
    const world = paymentWorld();
    world.service.start();
    const startMs = world.clock.nowMs();
    await pay(world, { scenario: 'DELAY' });
    assert.deepEqual(world.scheduler.instants, [startMs + 3_000]);
    await pay(world, { scenario: 'FAIL' });
    assert.deepEqual(world.scheduler.instants, [startMs + 100], 'one wake-up at a time');
    await world.pass(100);
    assert.deepEqual(world.scheduler.instants, [startMs + 3_000]);
    await world.pass(2_900);
    assert.deepEqual(typesTold(world), ['payment.failed 1', 'payment.approved 1']);
    assert.deepEqual(world.scheduler.instants, []);
    await world.service.stop();
  });

  it('what status says, what was told and what is recorded agree, for every scenario, with and without process', async () => {
    for (const scenario of ['APPROVE', 'FAIL', 'DELAY', 'RANDOM', 'TIMEOUT']) {
      for (const isProcessed of [false, true]) {
        const world = paymentWorld();
        world.service.start();
        const id = await pay(world, { scenario });
        if (isProcessed) await ask(world, 'POST /v1/payments/intents/:id/process', { id });
        await world.pass(900_000);
        const status = await statusOf(world, id);
        const expected = { COMPLETED: ['COMPLETED'], FAILED: ['FAILED'], EXPIRED: [] }[String(status)];
        assert.deepEqual(world.told.map((fact) => fact.status), expected, `${scenario} ends ${String(status)}`);
        assert.equal((await world.service.store.read(world.told[0]?.intentId ?? 'pay_none', undefined))?.status, world.told[0]?.status);
        await world.service.stop();
      }
    }
  });

  it('I4: tells nobody of a result that is not on disk', async () => {
    const world = paymentWorld();
    const id = await pay(world);
    world.journal.flushesByItself = false;
    const answer = ask(world, 'POST /v1/payments/intents/:id/process', { id });
    await turn();
    assert.deepEqual(typesTold(world), []);
    world.journal.flush();
    await answer;
    assert.deepEqual(typesTold(world), ['payment.approved 1']);
  });

  it('S3: tells nobody of a result whose fate the failed journal left unknown', async () => {
    const world = paymentWorld();
    const id = await pay(world);
    world.journal.flushesByItself = false;
    const answer = ask(world, 'POST /v1/payments/intents/:id/process', { id });
    world.journal.fail();
    await assert.rejects(answer);
    await turn();
    assert.deepEqual(typesTold(world), []);
  });

  it('tells of a refund that another service’s unit made, with the approval that was not written yet', async () => {
    const world = paymentWorld();
    const id = (await pay(world)) as PaymentIntentId;
    world.clock.advance(200);
    const outcome = await world.units.run((unit) => {
      assert.equal(world.service.steps.read(id)(unit)?.status, 'COMPLETED');
      return world.service.steps.refund(id, 'reservation_cancelled')(unit);
    });
    assert.equal(outcome.kind, 'refunded');
    await turn();
    assert.deepEqual(typesTold(world), ['payment.approved 1', 'payment.refunded 2']);
    assert.deepEqual(world.told.map((fact) => [fact.status, fact.refundedMinor, fact.refundReason]), [
      ['COMPLETED', 0, undefined],
      ['REFUNDED', 240_000, 'reservation_cancelled'],
    ]);
    assert.equal((await world.service.calls.read(id))?.status, 'REFUNDED');
    assert.equal((await world.service.calls.refund(id, 'seats_gone')).kind, 'refunded', 'repeating it changes nothing');
    await turn();
    assert.equal(world.told.length, 2);
  });

  it('gathers a thousand results that are due at once into few waits for the disk, and loses none', async () => {
    const world = paymentWorld();
    for (let i = 0; i < 1_000; i++) await pay(world);
    world.clock.advance(200);
    world.service.start();
    await world.scheduler.wakeDue();
    assert.equal(new Set(world.told.map((fact) => fact.id)).size, 1_000);
    assert.equal(world.told.length, 1_000);
    await world.service.stop();
  });

  it('stops waking when it is stopped; what is due reads right all the same and is told after the next start', async () => {
    const world = paymentWorld();
    world.service.start();
    const id = await pay(world);
    await world.service.stop();
    await world.pass(200);
    assert.deepEqual(typesTold(world), []);
    assert.equal(await statusOf(world, id), 'COMPLETED');
    world.service.start();
    await world.pass(0);
    assert.deepEqual(typesTold(world), ['payment.approved 1']);
    await world.service.stop();
  });

  it('tries again a second after the store could not decide', async () => {
    const world = paymentWorld();
    world.service.start();
    await pay(world);
    world.journal.fail();
    await world.pass(200);
    assert.deepEqual(world.scheduler.instants, [world.clock.nowMs() + 1_000]);
    await world.service.stop();
    assert.deepEqual(world.scheduler.instants, []);
  });

  it('refuses settings that contradict each other', () => {
    const late = { ...SETTINGS, timings: { ...DEFAULT_TIMINGS, lateApproveDelayMs: durationMs(900_000) } };
    assert.deepEqual(checkPaymentSettings(SETTINGS), []);
    assert.match(checkPaymentSettings(late).join(), /PAYMENT_DELAY_MS/);
    assert.throws(() => paymentWorld(late), InvariantBreach);
    assert.equal(checkPaymentSettings({ ...SETTINGS, intentsPerReservation: 0 }).length, 1);
    assert.equal(checkPaymentSettings({ ...SETTINGS, timings: { ...DEFAULT_TIMINGS, intentTtlMs: durationMs(0) } }).length, 4);
  });
});
