import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReservationService } from '@traffic-tacos/contracts';
import type { PageInfo } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { present, type ReservationId } from '@traffic-tacos/kernel';
import { followApproval } from '@traffic-tacos/reservation';
import { behindGrpc, type GrpcWorld } from './grpc-world.ts';
import { PAY, settled } from './reservation-world.ts';

const { listReservations, listOrders, cancelReservation } = ReservationService;
const FIVE = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];

/** Reservations of alice, the newest first. */
async function holdAll(world: GrpcWorld, seats: readonly string[] = FIVE): Promise<readonly ReservationId[]> {
  const ids: ReservationId[] = [];
  for (const seat of seats) {
    ids.unshift(await world.hold(seat));
    world.clock.advance(1);
  }
  return ids;
}

interface Shown {
  readonly ids: readonly string[];
  readonly info: PageInfo;
}

async function list(world: GrpcWorld, wanted: { page?: number; pageSize?: number; cursor?: string }, otherwise = {}): Promise<Shown> {
  const pagination = { page: 0, pageSize: 0, cursor: '', ...wanted };
  const { reservations, pageInfo } = (await world.ask(listReservations, { pagination, ...otherwise })).done();
  return { ids: reservations.map(({ reservationId }) => reservationId), info: present(pageInfo, 'a page has its info') };
}

test('a list without a page shows one’s own, newest first, and that there is no more', () =>
  behindGrpc(async (world) => {
    const ids = await holdAll(world);
    await world.hold('A-6', 'bob');
    const { reservations, pageInfo } = (await world.ask(listReservations, {})).done();
    assert.deepEqual(reservations.map(({ reservationId }) => reservationId), ids);
    assert.deepEqual(pageInfo, { totalCount: 0, hasNextPage: false, hasPreviousPage: false, nextCursor: '', previousCursor: '' });
  }));

test('cursors lead through a list and back again, also while entries come', () =>
  behindGrpc(async (world) => {
    const ids = await holdAll(world);
    const first = await list(world, { pageSize: 2 });
    assert.deepEqual([first.ids, first.info.hasPreviousPage], [ids.slice(0, 2), false]);
    const newest = await world.hold('A-6');
    const second = await list(world, { pageSize: 2, cursor: first.info.nextCursor });
    const third = await list(world, { pageSize: 2, cursor: second.info.nextCursor });
    assert.deepEqual([second.ids, third.ids, third.info.hasNextPage, third.info.nextCursor], [ids.slice(2, 4), ids.slice(4), false, '']);
    const back = await list(world, { pageSize: 2, cursor: third.info.previousCursor });
    assert.deepEqual([back.ids, back.info.nextCursor], [second.ids, second.info.nextCursor]);
    const start = await list(world, { pageSize: 2, cursor: back.info.previousCursor });
    assert.deepEqual([start.ids, start.info.hasPreviousPage], [first.ids, true], 'what came meanwhile lies before it');
    const new1 = await list(world, { pageSize: 2, cursor: start.info.previousCursor });
    assert.deepEqual([new1.ids, new1.info.hasPreviousPage], [[newest, ids[0]], false]);
  }));

test('pages are found by number too, and one past the end is empty', () =>
  behindGrpc(async (world) => {
    const ids = await holdAll(world);
    assert.deepEqual((await list(world, { page: 1, pageSize: 2 })).ids, ids.slice(0, 2));
    const third = await list(world, { page: 3, pageSize: 2 });
    assert.deepEqual([third.ids, third.info.hasPreviousPage, third.info.hasNextPage], [ids.slice(4), true, false]);
    assert.deepEqual((await list(world, { pageSize: 2, cursor: third.info.previousCursor })).ids, ids.slice(2, 4));
    const past = await list(world, { page: 4, pageSize: 2 });
    assert.deepEqual([past.ids, past.info.hasPreviousPage], [[], true]);
  }));

test('a list shows only one status as of now, or one event', () =>
  behindGrpc(async (world) => {
    const [kept, given] = await holdAll(world, ['A-1', 'A-2']);
    await world.ask(cancelReservation, { reservationId: present(given, 'the older one') });
    const only = async (status: ReservationStatus) => (await list(world, {}, { status })).ids;
    assert.deepEqual(await only(ReservationStatus.RESERVATION_STATUS_CANCELLED), [given]);
    assert.deepEqual([await only(ReservationStatus.RESERVATION_STATUS_HOLD), await only(ReservationStatus.RESERVATION_STATUS_PENDING)], [[kept], []]);
    world.clock.advance(60_000);
    assert.deepEqual([await only(ReservationStatus.RESERVATION_STATUS_HOLD), await only(ReservationStatus.RESERVATION_STATUS_EXPIRED)], [[], [kept]]);
    assert.deepEqual([(await list(world, {}, { eventId: 'evt_memory' })).ids.length, (await list(world, {}, { eventId: 'evt_other' })).ids.length], [2, 0]);
  }));

for (const [name, rpc, prefix] of [['ListReservations', listReservations, 'rsv'], ['ListOrders', listOrders, 'ord']] as const) {
  test(`${name} refuses pages, cursors and words that make no sense, each by its field`, () =>
    behindGrpc(async ({ ask }) => {
      const fine = { page: 0, pageSize: 0, cursor: '' };
      const wrong: readonly (readonly [object, readonly string[]])[] = [
        [{ pagination: { ...fine, pageSize: 101 } }, ['pagination.page_size']],
        [{ pagination: { page: -1, pageSize: -1, cursor: 'x' } }, ['pagination.page_size', 'pagination.page', 'pagination.cursor']],
        [{ pagination: { ...fine, page: 102, pageSize: 100 } }, ['pagination.page']],
        [{ pagination: { ...fine, cursor: `pay_${'0'.repeat(26)}` } }, ['pagination.cursor']],
        [{ eventId: 'x'.repeat(129) }, ['event_id']],
      ];
      for (const [request, fields] of wrong) {
        const told = await ask<object, object>(rpc as never, request);
        assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', fields], JSON.stringify(request));
      }
      for (const pagination of [{ ...fine, page: 101, pageSize: 100 }, { ...fine, pageSize: 100 }, { ...fine, cursor: `${prefix}_${'0'.repeat(26)}` }]) {
        assert.equal((await ask<object, object>(rpc as never, { pagination })).verdict, 'OK', JSON.stringify(pagination));
      }
    }));
}

test('ListReservations knows no status of another number', () =>
  behindGrpc(async ({ ask }) => {
    const told = await ask(listReservations, { status: 99 as ReservationStatus });
    assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', ['status']]);
  }));

test('ListOrders shows one’s own orders, newest first, page by page', () =>
  behindGrpc(async (world) => {
    const orders: string[] = [];
    for (const [i, seat] of ['A-1', 'A-2', 'A-3'].entries()) {
      const reservationId = await world.hold(seat);
      const id = `${PAY.slice(0, -1)}${i}` as typeof PAY;
      world.pay(reservationId, { id });
      await followApproval(world.context, settled(reservationId, id));
      orders.unshift(`ord_${reservationId.slice(4)}`);
      world.clock.advance(1);
    }
    const page = async (cursor: string) => (await world.ask(listOrders, { pagination: { page: 0, pageSize: 2, cursor } })).done();
    const first = await page('');
    const rest = await page(first.pageInfo?.nextCursor ?? '');
    assert.deepEqual([first, rest].flatMap(({ orders: shown }) => shown.map(({ orderId }) => orderId)), orders);
    assert.deepEqual((await page(rest.pageInfo?.previousCursor ?? '')).orders, first.orders);
    assert.deepEqual((await world.ask(listOrders, {}, { as: 'bob' })).done().orders, []);
    assert.deepEqual((await world.ask(listOrders, { eventId: 'evt_other' })).done().orders, []);
  }));
