import assert from 'node:assert/strict';
import { it } from 'node:test';
import { epochMsOf, PaymentService } from '@traffic-tacos/contracts';
import { PaymentScenario, PaymentStatus, type CancelPaymentRequest } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { present } from '@traffic-tacos/kernel';
import { paymentRpcs } from '../src/api/grpc/payment-rpcs.ts';
import { ADMIN, behindGrpc, NEVER, SERVICE, STATUS_MODE, TOTAL, type Asked, type GrpcWorld } from './grpc-world.ts';
import { SETTINGS } from './payment-world.ts';

const { cancelPayment, getPaymentStatus, processPayment } = PaymentService;
const won = (amount: number, currency = 'KRW') => ({ amount, currency });

const cancel = ({ ask }: GrpcWorld, paymentIntentId: string, request: Partial<CancelPaymentRequest> = {}, asked: Asked = {}) =>
  ask(cancelPayment, { paymentIntentId, reason: 'for the record', ...request }, asked);

/** An intent that has been captured. */
async function captured(world: GrpcWorld): Promise<string> {
  const paymentIntentId = await world.intent();
  (await world.ask(processPayment, { paymentIntentId })).done();
  return paymentIntentId;
}

const paymentOf = async ({ ask }: GrpcWorld, paymentIntentId: string) =>
  present((await ask(getPaymentStatus, { paymentIntentId })).done().payment, 'a payment');

it('before a capture the intent is given up, and asking again answers the same', () =>
  behindGrpc(async (world) => {
    for (const refundAmount of [undefined, TOTAL]) {
      const paymentIntentId = await world.intent();
      const first = (await cancel(world, paymentIntentId, { refundAmount })).done();
      const { cancelledAt, ...rest } = first;
      assert.deepEqual(rest, { status: PaymentStatus.PAYMENT_STATUS_CANCELLED, refundedAmount: undefined, refundId: '', error: undefined });
      assert.equal(epochMsOf(present(cancelledAt, 'an instant')), world.clock.nowMs());
      world.clock.advance(1_000);
      assert.deepEqual((await cancel(world, paymentIntentId)).done(), first);
    }
  }));

it('after a capture its buyer gets all of it back, once', () =>
  behindGrpc(async (world) => {
    const paymentIntentId = await captured(world);
    const first = (await cancel(world, paymentIntentId, {}, { key: 'r' })).done();
    assert.deepEqual([first.status, first.refundedAmount, first.refundId], [PaymentStatus.PAYMENT_STATUS_REFUNDED, TOTAL, `${paymentIntentId}.2`]);
    world.clock.advance(1_000);
    assert.deepEqual((await cancel(world, paymentIntentId, {}, { key: 'r' })).done(), first, 'S6: its key answers as it did');
    assert.equal((await cancel(world, paymentIntentId)).verdict, 'error FAILED_PRECONDITION');
    const { refundedAmount, result } = await paymentOf(world, paymentIntentId);
    assert.deepEqual([refundedAmount, result?.success], [TOTAL, true]);
  }));

it('a result that has come, written down or not, is no more cancelled but given back', () =>
  behindGrpc(async (world) => {
    const paymentIntentId = await world.intent();
    world.clock.advance(200);
    assert.equal((await cancel(world, paymentIntentId)).done().status, PaymentStatus.PAYMENT_STATUS_REFUNDED);
    assert.deepEqual(world.told.map(({ type }) => type), ['payment.approved', 'payment.refunded']);
  }));

it('a result that comes between the look at the intent and its cancellation is given back as well', () =>
  behindGrpc(
    async (world) => {
      const { status, refundedAmount } = (await cancel(world, await world.intent())).done();
      assert.deepEqual([status, refundedAmount], [PaymentStatus.PAYMENT_STATUS_REFUNDED, TOTAL]);
    },
    {},
    ({ service: { useCases }, clock }) => {
      const readIntent: typeof useCases.readIntent = async (owner, intentId) => {
        const found = await useCases.readIntent(owner, intentId);
        clock.advance(200);
        return found;
      };
      return [paymentRpcs({ ...useCases, readIntent }, SETTINGS.limits)];
    },
  ));

it('I3: parts are given back by services and admins, each by its key, and never more than is left', () =>
  behindGrpc(async (world) => {
    const paymentIntentId = await captured(world);
    const part = (amount: number, asked: Asked) => cancel(world, paymentIntentId, { refundAmount: won(amount) }, asked);
    const users = await part(1, { key: 'u' });
    assert.deepEqual([users.verdict, users.fields], ['PERMISSION_DENIED', ['refund_amount']]);
    const keyless = await part(1, SERVICE);
    assert.deepEqual([keyless.verdict, keyless.reason, keyless.fields], ['INVALID_ARGUMENT', 'IDEMPOTENCY_REQUIRED', ['refund_amount.amount']]);

    const first = (await part(1_000, { ...SERVICE, key: '1' })).done();
    assert.deepEqual([first.status, first.refundedAmount, first.refundId], [PaymentStatus.PAYMENT_STATUS_COMPLETED, won(1_000), `${paymentIntentId}.2`]);
    const second = (await part(2_000, { ...ADMIN, key: '2' })).done();
    assert.deepEqual([second.refundedAmount, second.refundId], [won(2_000), `${paymentIntentId}.3`]);
    assert.deepEqual((await part(1_000, { ...SERVICE, key: '1' })).done(), first, 'S6: a replay shows what its call gave back');
    assert.equal((await part(1_001, { ...SERVICE, key: '1' })).verdict, 'error IDEMPOTENCY_CONFLICT');

    const left = TOTAL.amount - 3_000;
    const tooMuch = await part(left + 1, { ...SERVICE, key: '3' });
    assert.deepEqual([tooMuch.verdict, tooMuch.fields], ['INVALID_ARGUMENT', ['refund_amount.amount']]);
    const foreign = await cancel(world, paymentIntentId, { refundAmount: won(1, 'USD') }, { ...SERVICE, key: '4' });
    assert.deepEqual([foreign.verdict, foreign.fields], ['INVALID_ARGUMENT', ['refund_amount.currency']]);
    const rest = (await cancel(world, paymentIntentId, {}, SERVICE)).done();
    assert.deepEqual([rest.status, rest.refundedAmount], [PaymentStatus.PAYMENT_STATUS_REFUNDED, won(left)]);
    assert.deepEqual((await paymentOf(world, paymentIntentId)).refundedAmount, TOTAL);
  }));

it('a service says why money goes back, in the platform’s words', () =>
  behindGrpc(async (world) => {
    for (const [reason, asked, kept] of [['seats_gone', SERVICE, 'seats_gone'], ['anything', SERVICE, 'requested'], ['seats_gone', {}, 'requested']] as const) {
      (await cancel(world, await captured(world), { reason }, asked)).done();
      assert.equal(world.told.at(-1)?.refundReason, kept);
    }
  }));

it('refuses what has failed, expired or never was, a part of nothing, and amounts that make no sense', () =>
  behindGrpc(async (world) => {
    const failed = await world.intent({ scenario: PaymentScenario.PAYMENT_SCENARIO_FAIL });
    const expired = await world.intent({ scenario: PaymentScenario.PAYMENT_SCENARIO_TIMEOUT });
    world.clock.advance(900_000);
    const open = await world.intent();
    const someone = { ...SERVICE, key: 'k' };
    const expected = [
      [failed, {}, {}, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      [expired, {}, {}, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      [failed, { refundAmount: won(1) }, someone, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      [open, { refundAmount: won(1) }, someone, 'error PAYMENT_NOT_APPROVED', 'FAILED_PRECONDITION'],
      [open, { refundAmount: won(0) }, someone, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
      [open, { refundAmount: won(1, 'won') }, someone, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
      [NEVER, {}, {}, 'error NOT_FOUND', 'NOT_FOUND'],
      ['x', {}, {}, 'error NOT_FOUND', 'NOT_FOUND'],
      ['', {}, {}, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
    ] as const;
    for (const [id, request, asked, asOutcome, asStatus] of expected) {
      const told = [await cancel(world, id, request, asked), await cancel(world, id, request, { ...asked, ...STATUS_MODE })];
      assert.deepEqual(told.map(({ verdict }) => verdict), [asOutcome, asStatus], JSON.stringify([id, request]));
    }
    assert.equal((await paymentOf(world, open)).status, PaymentStatus.PAYMENT_STATUS_PENDING);
  }));

it('I10: nobody gives up or gives back what is somebody else’s; an admin and a service may', () =>
  behindGrpc(async (world) => {
    for (const paymentIntentId of [await world.intent(), await captured(world)]) {
      assert.equal((await cancel(world, paymentIntentId, {}, { as: 'bob' })).verdict, 'error NOT_FOUND');
    }
    assert.deepEqual(world.told.map(({ type }) => type), ['payment.approved']);
    for (const asked of [ADMIN, SERVICE]) assert.equal((await cancel(world, await world.intent(), {}, asked)).verdict, 'OK');
  }));

it('S7: a refund whose client stopped waiting is made once, and its key tells', () =>
  behindGrpc(async (world) => {
    const paymentIntentId = await captured(world);
    world.journal.flushesByItself = false;
    assert.equal((await cancel(world, paymentIntentId, { refundAmount: won(500) }, { ...SERVICE, key: 'p', deadlineMs: 2_000 })).verdict, 'DEADLINE_EXCEEDED');
    world.journal.flushesByItself = true;
    world.journal.flush();
    const again = (await cancel(world, paymentIntentId, { refundAmount: won(500) }, { ...SERVICE, key: 'p' })).done();
    assert.deepEqual(again.refundedAmount, won(500));
    assert.deepEqual((await paymentOf(world, paymentIntentId)).refundedAmount, won(500));
  }));
