import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PaymentService } from '@traffic-tacos/contracts';
import { PaymentStatus, type ListPaymentsRequest } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { behindGrpc, SERVICE, TOTAL, type Asked, type GrpcWorld } from './grpc-world.ts';

const { listPayments, cancelPayment, createPaymentIntent } = PaymentService;
const FIRST = { page: 0, pageSize: 0, cursor: '' };

async function list({ ask }: GrpcWorld, request: Partial<ListPaymentsRequest> = {}, asked: Asked = {}) {
  const { payments, pageInfo } = (await ask(listPayments, request, asked)).done();
  return { ids: payments.map(({ paymentIntentId }) => paymentIntentId), info: pageInfo };
}

it('a user’s payments, newest first, page by page and back', () =>
  behindGrpc(async (world) => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift(await world.intent());
      world.clock.advance(1);
    }
    assert.deepEqual(await list(world), { ids, info: { totalCount: 0, hasNextPage: false, hasPreviousPage: false, nextCursor: '', previousCursor: '' } });
    const first = await list(world, { pagination: { ...FIRST, pageSize: 2 } });
    const second = await list(world, { pagination: { ...FIRST, pageSize: 2, cursor: first.info?.nextCursor ?? '' } });
    const third = await list(world, { pagination: { ...FIRST, pageSize: 2, page: 3 } });
    assert.deepEqual([first.ids, second.ids, third.ids], [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    const back = await list(world, { pagination: { ...FIRST, pageSize: 2, cursor: second.info?.previousCursor ?? '' } });
    assert.deepEqual(back, first);
    assert.deepEqual((await list(world, {}, { as: 'bob' })).ids, []);
  }));

it('only those of one status as of now, or for one reservation', () =>
  behindGrpc(async (world) => {
    const reservationId = world.reserve();
    const cancelled = await world.intent();
    const own = await world.intent({ reservationId });
    await world.ask(cancelPayment, { paymentIntentId: cancelled });
    world.clock.advance(200);
    assert.deepEqual((await list(world, { status: PaymentStatus.PAYMENT_STATUS_CANCELLED })).ids, [cancelled]);
    assert.deepEqual((await list(world, { status: PaymentStatus.PAYMENT_STATUS_COMPLETED, reservationId })).ids, [own]);
    assert.deepEqual((await list(world, { status: PaymentStatus.PAYMENT_STATUS_PENDING })).ids, []);
    assert.deepEqual([(await list(world, { reservationId: 'x' })).ids, (await list(world, { reservationId }, { as: 'bob' })).ids], [[], []]);
  }));

it('a service sees all that were made for one reservation, whoever paid; nobody else does', () =>
  behindGrpc(async (world) => {
    const reservationId = world.reserve({ userId: 'bob' });
    const made: string[] = [];
    for (const idempotencyKey of ['1', '2', '3']) {
      made.unshift((await world.ask(createPaymentIntent, { reservationId, amount: TOTAL, idempotencyKey }, { as: 'bob' })).done().paymentIntentId);
      world.clock.advance(1);
    }
    assert.deepEqual((await list(world, { reservationId, anyUser: true }, SERVICE)).ids, made);
    const page = await list(world, { reservationId, anyUser: true, pagination: { ...FIRST, pageSize: 2 } }, SERVICE);
    assert.deepEqual([page.ids, page.info?.nextCursor], [made.slice(0, 2), made[1]]);
    const refused: readonly (readonly [Partial<ListPaymentsRequest>, Asked, string, string])[] = [
      [{ reservationId, anyUser: true }, {}, 'PERMISSION_DENIED', 'any_user'],
      [{ reservationId, anyUser: true }, { as: 'root', role: 'admin' }, 'PERMISSION_DENIED', 'any_user'],
      [{ reservationId, anyUser: true, userId: 'bob' }, SERVICE, 'INVALID_ARGUMENT', 'any_user'],
      [{ anyUser: true }, SERVICE, 'INVALID_ARGUMENT', 'reservation_id'],
    ];
    for (const [request, asked, verdict, field] of refused) {
      const told = await world.ask(listPayments, request, asked);
      assert.deepEqual([told.verdict, told.fields], [verdict, [field]]);
    }
  }));

it('refuses pages, cursors and words that make no sense, each by its field', () =>
  behindGrpc(async ({ ask }) => {
    const wrong: readonly (readonly [Partial<ListPaymentsRequest>, readonly string[]])[] = [
      [{ pagination: { ...FIRST, pageSize: 101 } }, ['pagination.page_size']],
      [{ pagination: { page: -1, pageSize: -1, cursor: 'x' } }, ['pagination.page_size', 'pagination.page', 'pagination.cursor']],
      [{ pagination: { ...FIRST, cursor: `rsv_${'0'.repeat(26)}` } }, ['pagination.cursor']],
      [{ status: 99 as PaymentStatus, reservationId: 'x'.repeat(129) }, ['status', 'reservation_id']],
    ];
    for (const [request, fields] of wrong) {
      const told = await ask(listPayments, request);
      assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', fields]);
    }
    assert.equal((await ask(listPayments, { pagination: { ...FIRST, pageSize: 100, page: 101 } })).verdict, 'OK');
  }));
