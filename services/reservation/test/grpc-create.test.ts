import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReservationService } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus, type CreateReservationRequest } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { behindGrpc, type Asked, type GrpcWorld } from './grpc-world.ts';
import { HOLD_MS } from './reservation-world.ts';

const EVENT = 'evt_memory';
const { createReservation } = ReservationService;
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

test('S6: fifty twins over gRPC make one hold, and all but one are told that they repeat', () =>
  behindGrpc(async (world) => {
    const told = await Promise.all(Array.from({ length: 50 }, () => create(world, { seatIds: ['A-1'] })));
    const answers = told.map((each) => each.done());
    assert.equal(new Set(answers.map((answer) => JSON.stringify({ ...answer, replayed: undefined }))).size, 1);
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
    assert.equal((await create(world, { seatIds: ['A-1'] }, { key: 'other' })).verdict, 'error INVENTORY_CONFLICT');
  }));
