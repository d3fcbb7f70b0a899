import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMsOf, PaymentService } from '@traffic-tacos/contracts';
import { PaymentStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { ADMIN, behindGrpc, NEVER, STATUS_MODE, type GrpcWorld } from './grpc-world.ts';
import { webhookWorld } from './webhook-world.ts';

const { simulateWebhook, getPaymentStatus } = PaymentService;
const { PAYMENT_STATUS_COMPLETED: COMPLETED, PAYMENT_STATUS_FAILED: FAILED, PAYMENT_STATUS_REFUNDED: REFUNDED } = PaymentStatus;
const statusOf = async ({ ask }: GrpcWorld, paymentIntentId: string) => (await ask(getPaymentStatus, { paymentIntentId })).done().payment?.status;

describe('SimulateWebhook', () => {
  it('moves the intent and says which message is sent, and when', () =>
    behindGrpc(async (world) => {
      const paymentIntentId = await world.intent();
      const first = (await world.ask(simulateWebhook, { paymentIntentId, targetStatus: COMPLETED, delaySeconds: 60 }, ADMIN)).done();
      assert.equal(await statusOf(world, paymentIntentId), COMPLETED);
      assert.equal(first.webhookSent, false, 'a service without webhooks sends none, and says so');
      assert.deepEqual([first.webhookId, first.scheduledAt], ['', undefined]);
    }));

  it('over a service that sends webhooks names the message and its instant; a refund follows a capture', async () => {
    const sending = webhookWorld();
    const before = sending.clock.nowMs();
    await behindGrpc(
      async (world) => {
        const paymentIntentId = await world.intent();
        const sent = (await world.ask(simulateWebhook, { paymentIntentId, targetStatus: COMPLETED, delaySeconds: 60 }, ADMIN)).done();
        assert.deepEqual([sent.webhookSent, sent.webhookId], [true, `whk_${paymentIntentId.slice(4)}_1`]);
        assert.equal(sent.scheduledAt === undefined ? 0 : epochMsOf(sent.scheduledAt), before + 60_000);
        const refunded = (await world.ask(simulateWebhook, { paymentIntentId, targetStatus: REFUNDED }, ADMIN)).done();
        assert.equal(refunded.webhookId, `whk_${paymentIntentId.slice(4)}_2`);
        const again = await world.ask(simulateWebhook, { paymentIntentId, targetStatus: REFUNDED, forceTrigger: true }, ADMIN);
        assert.equal(again.done().webhookId, `whk_${paymentIntentId.slice(4)}_2`, 'a repetition keeps the id');
      },
      {},
      undefined,
      sending,
    );
    await sending.service.stop();
  });

  it('refuses what the intent cannot get to, what no webhook tells of, and what is not there', () =>
    behindGrpc(async (world) => {
      const paymentIntentId = await world.intent();
      const ask = async (request: object, mode: object = {}) => (await world.ask(simulateWebhook, { paymentIntentId, targetStatus: FAILED, ...request }, { ...ADMIN, ...mode })).verdict;
      for (const targetStatus of [0, PaymentStatus.PAYMENT_STATUS_PENDING, PaymentStatus.PAYMENT_STATUS_PROCESSING, PaymentStatus.PAYMENT_STATUS_CANCELLED, PaymentStatus.PAYMENT_STATUS_EXPIRED, 99]) {
        assert.equal(await ask({ targetStatus }), 'INVALID_ARGUMENT', String(targetStatus));
      }
      for (const delaySeconds of [-1, 86_401]) assert.equal(await ask({ delaySeconds }), 'INVALID_ARGUMENT', String(delaySeconds));
      assert.equal(await ask({ paymentIntentId: '' }), 'INVALID_ARGUMENT');
      for (const id of [NEVER, 'nonsense']) assert.equal(await ask({ paymentIntentId: id }), 'error NOT_FOUND', id);
      assert.equal(await ask({ delaySeconds: 86_400 }), 'OK');
      for (const request of [{}, { targetStatus: COMPLETED }, { targetStatus: REFUNDED }]) {
        assert.equal(await ask(request), 'error FAILED_PRECONDITION');
        assert.equal(await ask(request, STATUS_MODE), 'FAILED_PRECONDITION');
      }
    }));
});
