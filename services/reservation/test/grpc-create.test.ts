import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReservationService } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus, type CreateReservationRequest } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import type { HoldOutcome } from '@traffic-tacos/reservation';
import { behindGrpc, type Asked, type GrpcWorld } from './grpc-world.ts';
import { HOLD_MS } from './reservation-world.ts';

const EVENT = 'evt_memory';
const { createReservation } = ReservationService;
const seatNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `A-${i + 1}`);
const create = ({ ask }: GrpcWorld, request: Partial<CreateReservationRequest>, asked: Asked = {}) =>
  ask(createReservation, { eventId: EVENT, ...request }, { key: 'k', ...asked });

test('a create answers the hold with its seats, their frozen prices and its end', () =>
  behindGrpc(async (world) => {
    const { reservationId, ...rest } = (await create(world, { seatIds: ['A-2', 'A-1'], section: 'A' })).done();
    assert.match(reservationId, /^rsv_/);
    const seat = (id: string) => ({
      id, section: 'A', row: '', number: '', price: { amount: 1000, currency: 'KRW' }, status: SeatStatus.SEAT_STATUS_RESERVED,
    });
    const endMs = world.clock.nowMs() + HOLD_MS;
    assert.deepEqual(rest, {
      status: ReservationStatus.RESERVATION_STATUS_HOLD,
      holdExpiresAt: { seconds: Math.floor(endMs / 1000), nanos: (endMs % 1000) * 1_000_000 },
      reservedSeats: [seat('A-2'), seat('A-1')],
      totalAmount: { amount: 2000, currency: 'KRW' },
      paymentUrl: '',
      error: undefined,
      replayed: false,
    });
  }));

test('a create by quantity chooses places; the price of each is told unless sections differ; what the client showed prices nothing', () =>
  behindGrpc(async (world) => {
    const shown = { totalAmount: { amount: 1, currency: 'USD' } };
    const chosen = (await create(world, { quantity: 2, section: 'A', ...shown })).done();
    assert.deepEqual(chosen.reservedSeats.map(({ id, price }) => [id, price?.amount]), [['A-1', 1000], ['A-2', 1000]]);
    assert.deepEqual(chosen.totalAmount, { amount: 2000, currency: 'KRW' });
    const scattered = (await create(world, { seatIds: ['A-3', 'A-4'] }, { key: 'other' })).done();
    assert.deepEqual(scattered.reservedSeats.map(({ section, price }) => [section, price]), [['', undefined], ['', undefined]]);
  }));

test('places of a pool have no names: one entry for each', () =>
  behindGrpc(async (world) => {
    const { hold } = world.seats;
    world.seats.hold = async (command) => {
      const step = await hold.call(world.seats, command);
      return (unit) => {
        const outcome = step(unit);
        return outcome.kind === 'held' ? { kind: 'held', held: { ...outcome.held, section: 'FLOOR', seatIds: [] } } : outcome;
      };
    };
    const { reservedSeats } = (await create(world, { quantity: 3 })).done();
    assert.deepEqual(reservedSeats.map(({ id, section, price }) => [id, section, price?.amount]), Array(3).fill(['', 'FLOOR', 1000]));
  }));

test('S6: fifty twins over gRPC make one hold, and all but one are told that they repeat', () =>
  behindGrpc(async (world) => {
    const told = await Promise.all(Array.from({ length: 50 }, () => create(world, { seatIds: ['A-1'] })));
    const answers = told.map((each) => each.done());
    assert.equal(new Set(answers.map((answer) => JSON.stringify({ ...answer, replayed: undefined }))).size, 1);
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
    assert.equal((await create(world, { seatIds: ['A-1'] }, { key: 'other' })).verdict, 'error INVENTORY_CONFLICT');
  }));

test('S6, I7: a key that was used over REST answers over gRPC with the same reservation, and the other way round', () =>
  behindGrpc(async (world) => {
    const overRest = await world.createOverRest('r', { eventId: EVENT, seatIds: ['A-1', 'A-2'] });
    world.clock.advance(1_000);
    for (const request of [{ seatIds: ['A-2', 'A-1'] }, { seatIds: ['A-1', 'A-2'], quantity: 2 }]) {
      const again = (await create(world, request, { key: 'r' })).done();
      assert.deepEqual([again.reservationId, again.replayed, again.reservedSeats.map(({ id }) => id)], [overRest['reservationId'], true, ['A-1', 'A-2']]);
    }
    assert.equal((await create(world, { seatIds: ['A-3'] }, { key: 'r' })).verdict, 'error IDEMPOTENCY_CONFLICT');

    const overGrpc = (await create(world, { seatIds: ['A-4'] }, { key: 'g' })).done();
    assert.equal((await world.createOverRest('g', { eventId: EVENT, seatIds: ['A-4'], qty: 1 }))['reservationId'], overGrpc.reservationId);
    const refused = await world.createOverRest('g', { eventId: EVENT, qty: 1 });
    assert.equal((refused['error'] as { readonly code: string }).code, 'IDEMPOTENCY_CONFLICT');
  }));

test('S6: a replay shows what the creation made, whatever has become of it', () =>
  behindGrpc(async (world) => {
    const first = (await create(world, { seatIds: ['A-1'] })).done();
    await world.ask(ReservationService.extendHold, { reservationId: first.reservationId, extensionSeconds: 20 });
    await world.ask(ReservationService.cancelReservation, { reservationId: first.reservationId });
    assert.deepEqual((await create(world, { seatIds: ['A-1'] })).done(), { ...first, replayed: true });
  }));

test('I7: keys are a user’s own: a service that names the user meets them, another user does not', () =>
  behindGrpc(async (world) => {
    const first = (await create(world, { seatIds: ['A-1'] })).done();
    const service = { as: 'gateway', role: 'service' };
    assert.equal((await create(world, { seatIds: ['A-1'], userId: 'alice' }, service)).done().reservationId, first.reservationId);
    const bobs = (await create(world, { seatIds: ['A-2'], userId: 'bob' }, service)).done();
    assert.equal((await create(world, { seatIds: ['A-2'] }, { as: 'bob' })).done().reservationId, bobs.reservationId);
  }));

test('a key is demanded, in the request or in the metadata, and one that differs between the two is none', () =>
  behindGrpc(async (world) => {
    const ask = (request: Partial<CreateReservationRequest>, sent = {}) =>
      world.ask(createReservation, { eventId: EVENT, seatIds: ['A-1'], ...request }, { sent });
    for (const told of [await ask({}), await ask({ idempotencyKey: 'a' }, { 'idempotency-key': 'b' }), await ask({ idempotencyKey: 'x'.repeat(256) })]) {
      assert.deepEqual([told.verdict, told.reason, told.fields], ['INVALID_ARGUMENT', 'IDEMPOTENCY_REQUIRED', ['idempotency_key']]);
    }
    const inField = (await ask({ idempotencyKey: 'x'.repeat(255) })).done();
    assert.equal((await ask({}, { 'idempotency-key': 'x'.repeat(255) })).done().reservationId, inField.reservationId);
  }));

test('old clients of the trusted network may come without a key: each of their calls is a wish of its own', () =>
  behindGrpc(
    async (world) => {
      const ask = () => world.ask(createReservation, { eventId: EVENT, quantity: 1, userId: 'alice' }, { as: '' });
      assert.notEqual((await ask()).done().reservationId, (await ask()).done().reservationId);
    },
    { settings: { auth: 'network' } },
  ));

test('a create lists every violation, at the edges of its limits, by the names of the contract', () =>
  behindGrpc(async (world) => {
    const { seatsPerHold, idChars } = DEFAULT_LIMITS;
    const long = 'x'.repeat(idChars + 1);
    const wrong: readonly (readonly [Partial<CreateReservationRequest>, readonly string[]])[] = [
      [{ eventId: '' }, ['event_id', 'quantity']],
      [{ eventId: long, quantity: seatsPerHold + 1, section: long }, ['event_id', 'quantity', 'section']],
      [{ quantity: -1, reservationToken: 'x'.repeat(4097) }, ['quantity', 'reservation_token']],
      [{ seatIds: ['A-1', 'A-1', '', long], quantity: 3 }, ['seat_ids[1]', 'seat_ids[2]', 'seat_ids[3]', 'quantity']],
      [{ seatIds: seatNames(seatsPerHold + 1) }, ['seat_ids']],
      [{ seatIds: ['A-1'], quantity: -1 }, ['quantity']],
    ];
    for (const [request, fields] of wrong) {
      const told = await create(world, request);
      assert.deepEqual([told.verdict, told.reason, told.fields], ['INVALID_ARGUMENT', 'INVALID_REQUEST', fields], JSON.stringify(request));
    }
    assert.equal((await create(world, { seatIds: seatNames(seatsPerHold) })).verdict, 'error NOT_FOUND');
    assert.equal((await create(world, { quantity: seatsPerHold })).verdict, 'error INSUFFICIENT_INVENTORY');
    assert.equal((await create(world, { eventId: 'x'.repeat(idChars), quantity: 1, section: 'x'.repeat(idChars) })).verdict, 'error NOT_FOUND');
  }));

type Refused = Exclude<HoldOutcome, { readonly kind: 'held' }>;

test('each decision against a hold is an error in the response, or a status for clients that look only there', () =>
  behindGrpc(async (world) => {
    const refusals: readonly (readonly [Refused, string, string])[] = [
      [{ kind: 'event_not_found' }, 'error NOT_FOUND', 'NOT_FOUND'],
      [{ kind: 'section_not_found' }, 'error NOT_FOUND', 'NOT_FOUND'],
      [{ kind: 'seat_not_found', seatIds: ['X-1'] }, 'error NOT_FOUND', 'NOT_FOUND'],
      [{ kind: 'seats_not_in_section', seatIds: ['A-1'] }, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
      [{ kind: 'sale_not_open' }, 'error FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      [{ kind: 'not_admitted' }, 'PERMISSION_DENIED', 'PERMISSION_DENIED'],
      [{ kind: 'purchase_limit_exceeded', limit: 4 }, 'error QUOTA_EXCEEDED', 'FAILED_PRECONDITION'],
      [{ kind: 'seat_unavailable', seats: [{ seatId: 'A-1', state: 'sold' }] }, 'error INVENTORY_CONFLICT', 'ABORTED'],
      [{ kind: 'sold_out' }, 'error INSUFFICIENT_INVENTORY', 'FAILED_PRECONDITION'],
    ];
    for (const [outcome, asOutcome, asStatus] of refusals) {
      world.seats.hold = () => Promise.resolve(() => outcome);
      const told = await create(world, { quantity: 1 });
      const inStatus = await create(world, { quantity: 1 }, { sent: { 'x-error-mode': 'status' } });
      assert.deepEqual([told.verdict, inStatus.verdict], [asOutcome, asStatus], outcome.kind);
      assert.equal(told.message, inStatus.message);
      assert.doesNotMatch(told.message, /[A-Z]-\d/, 'texts keep ids out');
      if (asStatus === 'NOT_FOUND') assert.match(told.message, /not found/);
      if (outcome.kind === 'sold_out' || outcome.kind === 'seat_unavailable') assert.match(told.message, /conflict/);
    }
  }));

test('details name each seat that is in the way, and the seat is their value', () =>
  behindGrpc(async (world) => {
    await world.hold('A-1');
    const { response } = await create(world, { seatIds: ['A-1', 'A-2'] });
    assert.deepEqual(response?.error?.details, [{ field: 'seat_ids', reason: 'held', value: 'A-1' }]);
    const inStatus = await create(world, { seatIds: ['A-1', 'A-2'] }, { sent: { 'x-error-mode': 'status' } });
    assert.deepEqual([inStatus.fields, inStatus.reasons], [['seat_ids'], ['A-1 is held']]);
    const unknown = await create(world, { seatIds: ['X-1'] });
    assert.deepEqual(unknown.response?.error?.details, [{ field: 'seat_ids', reason: 'not_found', value: 'X-1' }]);
    assert.equal(unknown.response?.reservationId, '');
  }));
