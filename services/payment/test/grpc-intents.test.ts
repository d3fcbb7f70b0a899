import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMsOf, PaymentService } from '@traffic-tacos/contracts';
import {
  PaymentMethod, PaymentScenario, PaymentStatus, type CreatePaymentIntentRequest, type PaymentDetails,
} from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { present } from '@traffic-tacos/kernel';
import { createErrorRegistry, ERROR_TABLE } from '@traffic-tacos/kit';
import { withServer } from '@traffic-tacos/kit/testing';
import type { ReservationStatus } from '../src/domain/judge-reservation.ts';
import { PAYMENT_ERRORS } from '../src/errors.ts';
import { behindGrpc, NEVER, SERVICE, STATUS_MODE, TOTAL, type Asked, type GrpcWorld } from './grpc-world.ts';

const { createPaymentIntent, processPayment, getPaymentStatus } = PaymentService;
const CARD = '4111111111111111';

const create = ({ ask }: GrpcWorld, reservationId: string, request: Partial<CreatePaymentIntentRequest> = {}, asked: Asked = {}) =>
  ask(createPaymentIntent, { reservationId, amount: TOTAL, ...request }, { key: 'k', ...asked });

const paymentOf = async ({ ask }: GrpcWorld, paymentIntentId: string) =>
  present((await ask(getPaymentStatus, { paymentIntentId })).done().payment, 'a payment');

describe('CreatePaymentIntent', () => {
  it('answers a PENDING intent that expires after 900 s, with the whole payment', () =>
    behindGrpc(async (world) => {
      const reservationId = world.reserve();
      const { method, scenario } = { method: PaymentMethod.PAYMENT_METHOD_MOBILE_PAY, scenario: PaymentScenario.PAYMENT_SCENARIO_DELAY };
      const { payment, expiresAt, ...rest } = (await create(world, reservationId, { method, scenario })).done();
      const { paymentIntentId } = rest;
      assert.match(paymentIntentId, /^pay_/);
      const status = PaymentStatus.PAYMENT_STATUS_PENDING;
      assert.deepEqual(rest, { paymentIntentId, status, clientSecret: '', paymentUrl: '', error: undefined, replayed: false });
      assert.equal(epochMsOf(present(expiresAt, 'an end')), world.clock.nowMs() + 900_000);
      const { createdAt, updatedAt, ...shown } = present(payment, 'the payment');
      assert.deepEqual([createdAt, updatedAt].map((at) => epochMsOf(present(at, 'an instant'))), Array(2).fill(world.clock.nowMs()));
      assert.deepEqual(shown, {
        paymentIntentId, paymentId: paymentIntentId, reservationId, userId: 'alice', status, amount: TOTAL, method, processedAt: undefined,
        transactionId: '', result: undefined, expiresAt, refundedAmount: undefined,
        metadata: { source: '', userAgent: '', ipAddress: '', sessionId: '', scenario, tags: new Map() },
      });
    }));

  it('follows the metadata’s scenario where the request names none', () =>
    behindGrpc(async (world) => {
      const metadata = { source: 'app', userAgent: '', ipAddress: '', sessionId: '', scenario: PaymentScenario.PAYMENT_SCENARIO_FAIL, tags: new Map() };
      const failing = await world.intent({ metadata });
      const approved = await world.intent({ metadata, scenario: PaymentScenario.PAYMENT_SCENARIO_APPROVE });
      world.clock.advance(200);
      const statuses = [await paymentOf(world, failing), await paymentOf(world, approved)].map(({ status }) => status);
      assert.deepEqual(statuses, [PaymentStatus.PAYMENT_STATUS_FAILED, PaymentStatus.PAYMENT_STATUS_COMPLETED]);
    }));

  it('S6: fifty twins make one intent; a replay shows what the creation made, whatever has become of it', () =>
    behindGrpc(async (world) => {
      const reservationId = world.reserve();
      const told = await Promise.all(Array.from({ length: 50 }, () => create(world, reservationId)));
      const answers = told.map((each) => each.done());
      assert.equal(new Set(answers.map((answer) => JSON.stringify({ ...answer, replayed: undefined }))).size, 1);
      assert.deepEqual([answers.filter(({ replayed }) => !replayed).length, [...world.service.intents()].length], [1, 1]);
      world.clock.advance(10_000);
      assert.deepEqual((await create(world, reservationId)).done(), { ...answers[0], replayed: true });
      assert.equal((await create(world, reservationId, { scenario: PaymentScenario.PAYMENT_SCENARIO_FAIL })).verdict, 'error IDEMPOTENCY_CONFLICT');
      assert.equal((await create(world, reservationId, { userId: 'alice' }, SERVICE)).done().paymentIntentId, answers[0]?.paymentIntentId);
    }));

  it('S6, I7: a key that was used over REST answers over gRPC with the same intent', () =>
    behindGrpc(async (world) => {
      const reservationId = world.reserve();
      await withServer(
        world.service.routes,
        async ({ server, bearer }) => {
          const headers = { authorization: await bearer('alice'), 'idempotency-key': 'r' };
          const body = { reservationId, amount: TOTAL.amount, currency: 'KRW', scenario: 'delay' };
          const made = (await server.inject({ method: 'POST', path: '/v1/payments/intents', headers, body })).json() as { readonly paymentIntentId: string };
          const again = (await create(world, reservationId, { scenario: PaymentScenario.PAYMENT_SCENARIO_DELAY }, { key: 'r' })).done();
          assert.deepEqual([again.paymentIntentId, again.replayed], [made.paymentIntentId, true]);
        },
        { clock: world.clock, registry: createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS) },
      );
    }));

  it('refuses by the reservation’s state, in both error modes', () =>
    behindGrpc(async (world) => {
      const verdicts: Readonly<Record<Exclude<ReservationStatus, 'HOLD'>, string>> = {
        CONFIRMED: 'error FAILED_PRECONDITION', REFUNDED: 'error FAILED_PRECONDITION', CANCELLED: 'error FAILED_PRECONDITION',
        EXPIRED: 'error RESERVATION_EXPIRED', FAILED: 'error RESERVATION_EXPIRED',
      };
      for (const [status, verdict] of Object.entries(verdicts)) {
        const reservationId = world.reserve({ status: status as ReservationStatus });
        assert.equal((await create(world, reservationId)).verdict, verdict, status);
        assert.equal((await create(world, reservationId, {}, STATUS_MODE)).verdict, 'FAILED_PRECONDITION', status);
      }
    }));

  it('I10: a reservation of somebody else, one that never was and a text that is no id are equally not found', () =>
    behindGrpc(async (world) => {
      for (const reservationId of [world.reserve({ userId: 'bob' }), `rsv_${'0'.repeat(26)}`, 'x']) {
        assert.equal((await create(world, reservationId)).verdict, 'error NOT_FOUND');
        assert.equal((await create(world, reservationId, {}, STATUS_MODE)).verdict, 'NOT_FOUND');
      }
    }));

  it('names each of amount and currency that differs from the frozen total', () =>
    behindGrpc(async (world) => {
      const told = await create(world, world.reserve(), { amount: { amount: 1, currency: 'USD' } });
      assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', ['amount', 'currency']]);
    }));

  it('lists every violation, by the names of the contract', () =>
    behindGrpc(async (world) => {
      const wrong: readonly (readonly [Partial<CreatePaymentIntentRequest>, readonly string[]])[] = [
        [{ amount: undefined, reservationId: '' }, ['reservation_id', 'amount']],
        [{ amount: { amount: -1, currency: 'won' }, scenario: 9 as PaymentScenario, method: 9 as PaymentMethod }, ['amount.amount', 'amount.currency', 'scenario', 'method']],
        [{ reservationId: 'x'.repeat(129) }, ['reservation_id']],
      ];
      for (const [request, fields] of wrong) {
        const told = await create(world, world.reserve(), request);
        assert.deepEqual([told.verdict, told.reason, told.fields], ['INVALID_ARGUMENT', 'INVALID_REQUEST', fields]);
      }
      const keyless = await world.ask(createPaymentIntent, { reservationId: world.reserve(), amount: TOTAL });
      assert.deepEqual([keyless.verdict, keyless.reason], ['INVALID_ARGUMENT', 'IDEMPOTENCY_REQUIRED']);
    }));

  it('lets no user choose who is told the result, and nobody send it back inside', () =>
    behindGrpc(async (world) => {
      const ask = async (webhookUrl: string, asked: Asked, userId = '') => (await create(world, world.reserve(), { webhookUrl, userId }, asked)).verdict;
      const outside = 'https://shop.example/hook';
      assert.deepEqual([await ask(outside, {}), await ask(outside, { role: 'admin' }), await ask(outside, SERVICE, 'alice')], ['PERMISSION_DENIED', 'OK', 'OK']);
      for (const inside of ['http://127.0.0.1/', 'http://2130706433/', 'http://[::1]:8010/', 'ftp://shop.example/', 'shop.example']) {
        assert.equal(await ask(inside, { role: 'admin' }), 'INVALID_ARGUMENT', inside);
      }
    }));

  it('refuses one intent more than a reservation may have as too much', () =>
    behindGrpc(async (world) => {
      const reservationId = world.reserve();
      for (let i = 0; i < 20; i++) (await create(world, reservationId, {}, { key: String(i) })).done();
      assert.equal((await create(world, reservationId, {}, { key: 'more' })).verdict, 'RESOURCE_EXHAUSTED');
    }));

  it('old clients of the trusted network may come without a key: each of their calls makes an intent', () =>
    behindGrpc(
      async (world) => {
        const reservationId = world.reserve();
        const ask = async () => (await world.ask(createPaymentIntent, { reservationId, amount: TOTAL, userId: 'alice' }, { as: '' })).done().paymentIntentId;
        assert.notEqual(await ask(), await ask());
      },
      { settings: { auth: 'network' } },
    ));
});

describe('ProcessPayment', () => {
  it('brings the drawn result forward and shows it, and with its key the same again', () =>
    behindGrpc(async (world) => {
      const paymentIntentId = await world.intent({ scenario: PaymentScenario.PAYMENT_SCENARIO_DELAY });
      world.clock.advance(10);
      const nowMs = world.clock.nowMs();
      const first = (await world.ask(processPayment, { paymentIntentId }, { key: 'p' })).done();
      assert.deepEqual([first.paymentId, first.status, first.transactionId], [paymentIntentId, PaymentStatus.PAYMENT_STATUS_COMPLETED, `sim_${paymentIntentId.slice(4)}`]);
      const { processedAt, ...result } = present(first.result, 'a result');
      assert.deepEqual(result, { success: true, failureReason: '', gatewayResponse: 'approved by the simulator', responseCode: 0 });
      assert.deepEqual([processedAt, first.processedAt].map((at) => epochMsOf(present(at, 'an instant'))), [nowMs, nowMs]);
      world.clock.advance(10);
      assert.deepEqual((await world.ask(processPayment, { paymentIntentId }, { key: 'p' })).done(), { ...first, replayed: true });
    }));

  it('shows a failure, and no result where none has come', () =>
    behindGrpc(async (world) => {
      const failing = await world.intent({ scenario: PaymentScenario.PAYMENT_SCENARIO_FAIL });
      const failed = (await world.ask(processPayment, { paymentIntentId: failing })).done();
      assert.deepEqual([failed.status, failed.result?.success, failed.result?.failureReason], [PaymentStatus.PAYMENT_STATUS_FAILED, false, 'declined']);
      assert.notEqual(failed.result?.responseCode, 0);
      const silent = await world.intent({ scenario: PaymentScenario.PAYMENT_SCENARIO_TIMEOUT });
      const waiting = (await world.ask(processPayment, { paymentIntentId: silent })).done();
      assert.deepEqual([waiting.status, waiting.processedAt, waiting.transactionId, waiting.result], [PaymentStatus.PAYMENT_STATUS_PROCESSING, undefined, '', undefined]);
    }));

  it('refuses what is cancelled, expired or unknown, in both error modes', () =>
    behindGrpc(async (world) => {
      const cancelled = await world.intent();
      await world.ask(PaymentService.cancelPayment, { paymentIntentId: cancelled });
      const expired = await world.intent({ scenario: PaymentScenario.PAYMENT_SCENARIO_TIMEOUT });
      world.clock.advance(900_000);
      for (const [paymentIntentId, asOutcome, asStatus] of [
        [cancelled, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
        [expired, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
        [NEVER, 'error NOT_FOUND', 'NOT_FOUND'],
        ['x', 'error NOT_FOUND', 'NOT_FOUND'],
      ] as const) {
        const told = [await world.ask(processPayment, { paymentIntentId }), await world.ask(processPayment, { paymentIntentId }, STATUS_MODE)];
        assert.deepEqual(told.map(({ verdict }) => verdict), [asOutcome, asStatus]);
      }
    }));

  it('looks at how it is paid, by Luhn and by what fits the method, and says nothing of the values', () =>
    behindGrpc(async (world) => {
      const paymentIntentId = await world.intent();
      const card = { cardNumber: CARD, expiryMonth: '12', expiryYear: '2030', cardholderName: 'A', cvv: '123' };
      const none: PaymentDetails = { method: PaymentMethod.PAYMENT_METHOD_CREDIT_CARD, creditCard: undefined, bankTransfer: undefined, mobilePay: undefined };
      const at = 'payment_details.credit_card';
      const wrong: readonly (readonly [Partial<PaymentDetails>, readonly string[]])[] = [
        [{ creditCard: { ...card, cardNumber: '4111111111111112' } }, [`${at}.card_number`]],
        [{ creditCard: { ...card, cardNumber: `${CARD} `, expiryMonth: '13', expiryYear: '30' } }, [`${at}.card_number`, `${at}.expiry_month`, `${at}.expiry_year`]],
        [{ creditCard: card, method: PaymentMethod.PAYMENT_METHOD_BANK_TRANSFER }, [at]],
        [{ mobilePay: { provider: 'kakaopay', mobileNumber: '010' } }, ['payment_details.mobile_pay']],
        [{ method: 17 as PaymentMethod }, ['payment_details.method']],
      ];
      for (const [details, fields] of wrong) {
        const told = await world.ask(processPayment, { paymentIntentId, paymentDetails: { ...none, ...details } });
        assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', fields]);
        assert.doesNotMatch(JSON.stringify([told.message, told.reasons]), /4111/);
      }
      (await world.ask(processPayment, { paymentIntentId, paymentDetails: { ...none, creditCard: card } })).done();
      assert.ok(!world.journal.bytes().includes(CARD) && !JSON.stringify(world.running.logLines).includes(CARD));
    }));
});

describe('GetPaymentStatus', () => {
  it('shows a payment as it is now, and equally nothing of others’ and of none', () =>
    behindGrpc(async (world) => {
      const paymentIntentId = await world.intent();
      assert.equal((await paymentOf(world, paymentIntentId)).status, PaymentStatus.PAYMENT_STATUS_PENDING);
      world.clock.advance(200);
      const now = await paymentOf(world, paymentIntentId);
      assert.deepEqual([now.status, now.result?.success], [PaymentStatus.PAYMENT_STATUS_COMPLETED, true]);
      for (const [id, asked] of [[paymentIntentId, { as: 'bob' }], [NEVER, {}], ['x', {}]] as const) {
        const told = await world.ask(getPaymentStatus, { paymentIntentId: id }, asked);
        assert.deepEqual([told.verdict, told.response?.payment], ['error NOT_FOUND', undefined]);
      }
    }));
});
