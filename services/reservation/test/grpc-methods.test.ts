import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMsOf, ReservationService } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { present, type ReservationId } from '@traffic-tacos/kernel';
import { followApproval, followRefund } from '@traffic-tacos/reservation';
import { behindGrpc } from './grpc-world.ts';
import { HOLD_MS, OTHER_PAY, PAY, settled } from './reservation-world.ts';

const { getReservation, confirmReservation, cancelReservation, extendHold, getOrder } = ReservationService;
const NEVER: ReservationId = `rsv_${'0'.repeat(26)}`;
const STATUS_MODE = { sent: { 'x-error-mode': 'status' } };
const msOf = (at: Timestamp | undefined): number | undefined => epochMsOf(present(at, 'an instant'));

test('GetReservation shows the reservation as it is at the instant', () =>
  behindGrpc(async (world) => {
    const heldAtMs = world.clock.nowMs();
    const reservationId = await world.hold('A-1');
    const read = async () => present((await world.ask(getReservation, { reservationId })).done().reservation, 'a reservation');
    const held = await read();
    assert.deepEqual([msOf(held.createdAt), msOf(held.updatedAt), msOf(held.holdExpiresAt)], [heldAtMs, heldAtMs, heldAtMs + HOLD_MS]);
    const { createdAt: _c, updatedAt: _u, holdExpiresAt: _h, ...rest } = held;
    assert.deepEqual(rest, {
      reservationId, eventId: 'evt_memory', userId: 'alice', status: ReservationStatus.RESERVATION_STATUS_HOLD, quantity: 1,
      seats: [{ id: 'A-1', section: '', row: '', number: '', price: { amount: 1000, currency: 'KRW' }, status: SeatStatus.SEAT_STATUS_RESERVED }],
      totalAmount: { amount: 1000, currency: 'KRW' }, paymentIntentId: '', orderId: '', metadata: undefined, failureReason: '', section: '',
    });
    world.clock.advance(HOLD_MS - 1);
    assert.equal((await read()).status, ReservationStatus.RESERVATION_STATUS_HOLD);
    world.clock.advance(1);
    const over = await read();
    assert.deepEqual([over.status, over.seats[0]?.status], [ReservationStatus.RESERVATION_STATUS_EXPIRED, SeatStatus.SEAT_STATUS_UNSPECIFIED]);
  }));

test('GetReservation says why one has FAILED, and which payment and order a confirmed one has', () =>
  behindGrpc(async (world) => {
    const late = await world.hold('A-1');
    world.clock.advance(HOLD_MS);
    await world.hold('A-1', 'bob');
    world.pay(late);
    await followApproval(world.context, settled(late));
    const failed = (await world.ask(getReservation, { reservationId: late })).done().reservation;
    assert.deepEqual([failed?.status, failed?.failureReason], [ReservationStatus.RESERVATION_STATUS_FAILED, 'SEATS_GONE']);
    const paid = await world.hold('A-2');
    world.pay(paid, { id: OTHER_PAY });
    await followApproval(world.context, settled(paid, OTHER_PAY));
    const confirmed = (await world.ask(getReservation, { reservationId: paid })).done().reservation;
    assert.deepEqual([confirmed?.paymentIntentId, confirmed?.orderId], [OTHER_PAY, `ord_${paid.slice(4)}`]);
  }));

test('ConfirmReservation makes the order, and answers the same again, with and without its key, also after a refund', () =>
  behindGrpc(async (world) => {
    const reservationId = await world.hold('A-1');
    world.pay(reservationId);
    world.clock.advance(5);
    const confirmedMs = world.clock.nowMs();
    const confirm = async (asked = {}) => (await world.ask(confirmReservation, { reservationId, paymentIntentId: PAY }, asked)).done();
    const first = await confirm({ key: 'c' });
    assert.deepEqual([first.orderId, first.status, msOf(first.confirmedAt)], [`ord_${reservationId.slice(4)}`, ReservationStatus.RESERVATION_STATUS_CONFIRMED, confirmedMs]);
    assert.deepEqual(first.confirmedSeats.map(({ id, status }) => [id, status]), [['A-1', SeatStatus.SEAT_STATUS_SOLD]]);
    world.clock.advance(5);
    assert.deepEqual(await confirm(), { ...first, replayed: false });
    world.pay(reservationId, { isCaptured: false, isRefunded: true });
    await followRefund(world.context, settled(reservationId));
    assert.deepEqual(await confirm({ key: 'c' }), { ...first, replayed: true });
    const order = (await world.ask(getOrder, { orderId: first.orderId })).done().order;
    assert.deepEqual([order?.status, order?.tickets.map(({ status }) => status)], ['REFUNDED', ['VOID']]);
  }));

test('ConfirmReservation refuses by the rule that decided, in both error modes', () =>
  behindGrpc(async (world) => {
    const confirm = async (reservationId: string, paymentIntentId: string, asked = {}) =>
      (await world.ask(confirmReservation, { reservationId, paymentIntentId }, asked)).verdict;
    const both = async (reservationId: string, paymentIntentId: string = PAY) =>
      [await confirm(reservationId, paymentIntentId), await confirm(reservationId, paymentIntentId, STATUS_MODE)];
    const unpaid = await world.hold('A-1');
    for (const intent of [PAY, 'pay_unknown', 'x']) assert.deepEqual(await both(unpaid, intent), ['error PAYMENT_NOT_APPROVED', 'FAILED_PRECONDITION']);
    world.pay(unpaid, { currency: 'USD' });
    assert.deepEqual(await both(unpaid), ['INVALID_ARGUMENT', 'INVALID_ARGUMENT']);
    assert.deepEqual(await both(NEVER), ['error NOT_FOUND', 'NOT_FOUND']);
    await world.ask(cancelReservation, { reservationId: unpaid });
    assert.deepEqual(await both(unpaid), ['error FAILED_PRECONDITION', 'FAILED_PRECONDITION']);

    const paid = await world.hold('A-2');
    world.pay(paid);
    assert.equal(await confirm(paid, PAY, { key: 'c' }), 'OK');
    assert.deepEqual(await both(paid, OTHER_PAY), ['error FAILED_PRECONDITION', 'FAILED_PRECONDITION']);
    assert.equal(await confirm(paid, OTHER_PAY, { key: 'c' }), 'error IDEMPOTENCY_CONFLICT');
    const over = await world.hold('A-3');
    world.clock.advance(HOLD_MS);
    assert.deepEqual(await both(over), ['error RESERVATION_EXPIRED', 'FAILED_PRECONDITION']);
  }));

test('a late confirm whose seats are gone says that the payment goes back', () =>
  behindGrpc(async (world) => {
    const reservationId = await world.hold('A-1');
    world.pay(reservationId);
    world.clock.advance(HOLD_MS);
    await world.hold('A-1', 'bob');
    const told = await world.ask(confirmReservation, { reservationId, paymentIntentId: PAY });
    assert.deepEqual([told.verdict, told.fields], ['error RESERVATION_EXPIRED', ['payment_intent_id']]);
    assert.deepEqual(world.refunded, [PAY]);
  }));

test('CancelReservation gives the seats up once, and answers the same however often', () =>
  behindGrpc(async (world) => {
    const reservationId = await world.hold('A-1');
    const cancelledMs = world.clock.nowMs();
    const cancel = async (asked = {}) => (await world.ask(cancelReservation, { reservationId, reason: 'changed my mind' }, asked)).done();
    const first = await cancel({ key: 'c' });
    assert.deepEqual([first.status, msOf(first.cancelledAt)], [ReservationStatus.RESERVATION_STATUS_CANCELLED, cancelledMs]);
    assert.deepEqual(first.releasedSeats.map(({ id, status }) => [id, status]), [['A-1', SeatStatus.SEAT_STATUS_AVAILABLE]]);
    world.clock.advance(1_000);
    assert.deepEqual(await cancel(), first);
    assert.deepEqual(await cancel({ key: 'c' }), { ...first, replayed: true });
    await world.hold('A-1', 'bob');
    assert.deepEqual(await cancel(), first, 'S9: the next owner is not touched');
  }));

test('CancelReservation refuses what is confirmed, over or unknown, in both error modes', () =>
  behindGrpc(async (world) => {
    const paid = await world.hold('A-1');
    world.pay(paid);
    await world.ask(confirmReservation, { reservationId: paid, paymentIntentId: PAY });
    const over = await world.hold('A-2');
    world.clock.advance(HOLD_MS);
    const expected = [
      [paid, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      [over, 'error RESERVATION_EXPIRED', 'FAILED_PRECONDITION'],
      [NEVER, 'error NOT_FOUND', 'NOT_FOUND'],
      ['rsv_x', 'error NOT_FOUND', 'NOT_FOUND'],
    ] as const;
    for (const [reservationId, asOutcome, asStatus] of expected) {
      assert.equal((await world.ask(cancelReservation, { reservationId })).verdict, asOutcome);
      assert.equal((await world.ask(cancelReservation, { reservationId }, STATUS_MODE)).verdict, asStatus);
    }
  }));

test('ExtendHold moves the end once; the same value again answers the same, another is refused', () =>
  behindGrpc(async (world) => {
    const endMs = world.clock.nowMs() + HOLD_MS;
    const reservationId = await world.hold('A-1');
    const extend = (extensionSeconds: number, asked = {}) => world.ask(extendHold, { reservationId, extensionSeconds }, asked);
    for (const [seconds, verdict] of [[0, 'INVALID_ARGUMENT'], [61, 'error FAILED_PRECONDITION'], [86_401, 'INVALID_ARGUMENT']] as const) {
      const told = await extend(seconds);
      assert.deepEqual([told.verdict, told.fields], [verdict, ['extension_seconds']], String(seconds));
    }
    const first = (await extend(60, { key: 'e' })).done();
    assert.deepEqual([msOf(first.newExpiresAt), first.extendedSeconds, first.extensionAllowed, first.replayed], [endMs + 60_000, 60, true, false]);
    assert.deepEqual((await extend(60)).done(), first);
    assert.deepEqual((await extend(60, { key: 'e' })).done(), { ...first, replayed: true });
    const other = await extend(30);
    assert.deepEqual([other.verdict, other.response?.extensionAllowed], ['error FAILED_PRECONDITION', false]);
    assert.equal((await extend(30, { key: 'e' })).verdict, 'error IDEMPOTENCY_CONFLICT');
    world.clock.advance(HOLD_MS + 60_000);
    assert.equal((await extend(60)).verdict, 'error RESERVATION_EXPIRED');
    assert.equal((await world.ask(extendHold, { reservationId: NEVER, extensionSeconds: 1 }, STATUS_MODE)).verdict, 'NOT_FOUND');
  }));

test('GetOrder shows the order with its tickets, whose codes are those of REST', () =>
  behindGrpc(async (world) => {
    const reservationId = await world.hold('A-1');
    world.pay(reservationId);
    const { orderId } = (await world.ask(confirmReservation, { reservationId, paymentIntentId: PAY })).done();
    const order = present((await world.ask(getOrder, { orderId })).done().order, 'an order');
    const { tickets: [ticket], createdAt, seats, ...rest } = order;
    assert.deepEqual(rest, {
      orderId, reservationId, eventId: 'evt_memory', userId: 'alice', quantity: 1, totalAmount: { amount: 1000, currency: 'KRW' },
      status: 'CONFIRMED', paymentIntentId: PAY,
    });
    assert.deepEqual([msOf(createdAt), seats.map(({ status }) => status)], [world.clock.nowMs(), [SeatStatus.SEAT_STATUS_SOLD]]);
    assert.deepEqual([ticket?.seatId, ticket?.status, ticket?.ticketId], ['A-1', 'VALID', `tkt_${orderId.slice(4)}-1`]);
    assert.match(ticket?.code ?? '', /^[0-9a-f]{32}$/);
    for (const unknown of [`ord_${'0'.repeat(26)}`, 'ord_x']) {
      assert.deepEqual([(await world.ask(getOrder, { orderId: unknown })).verdict, (await world.ask(getOrder, { orderId: unknown }, STATUS_MODE)).verdict], ['error NOT_FOUND', 'NOT_FOUND']);
    }
  }));
