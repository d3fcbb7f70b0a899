import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InventoryService, ReservationService } from '@traffic-tacos/contracts';
import { ErrorCode } from '@traffic-tacos/contracts/proto/common/v1/errors';
import {
  CheckAvailabilityRequest, ReleaseHoldRequest, ReserveSeatRequest, type ReserveSeatResponse,
} from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { CancelReservationRequest, CreateReservationRequest, GetReservationRequest } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { durationMs, newId, SeededRandom, shardOf } from '@traffic-tacos/kernel';
import { codeOf, withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';
import { scrape, valueOf, type Sample } from './support/prometheus.ts';

const EVENT = 'evt_grpc';

/** A platform with one event, and its gRPC ports of reservation and inventory. */
const withEvent = (body: (on: TestPlatform, callers: ReturnType<typeof grpcCallers>) => Promise<void>): Promise<void> =>
  withPlatform(async (on) => {
    await on.event(EVENT, 5);
    await body(on, grpcCallers(on));
  });

test('a reservation made over gRPC is the same over REST, and the other way round', () =>
  withEvent(async (on, callers) => {
    const alice = await on.user('alice');
    const sent = await callers.user('alice');
    await withGrpcClient(on, 'reservation', async ({ call }) => {
      const create = CreateReservationRequest.create({ eventId: EVENT, seatIds: ['A-1'], quantity: 1, idempotencyKey: 'k1' });
      const made = await call(ReservationService.createReservation, create, sent);
      const id = made.response?.reservationId ?? '';
      const seen = await alice.get('reservation', `/v1/reservations/${id}`);
      assert.deepEqual([made.code, seen.status, seen.body['status'], seen.body['seatIds']], ['OK', 200, 'HOLD', ['A-1']]);
      const replayed = await alice.post('reservation', '/v1/reservations', { key: 'k1', body: { eventId: EVENT, seatIds: ['A-1'] } });
      assert.deepEqual([replayed.status, replayed.body['reservationId']], [201, id], 'a key is one across both ports');

      const overRest = await alice.hold(EVENT, ['A-2']);
      const read = await call(ReservationService.getReservation, GetReservationRequest.create({ reservationId: overRest.id }), sent);
      assert.deepEqual([read.code, read.response?.reservation?.reservationId], ['OK', overRest.id]);
      const cancelled = await call(ReservationService.cancelReservation, CancelReservationRequest.create({ reservationId: overRest.id }), sent);
      assert.deepEqual([cancelled.code, cancelled.response?.error], ['OK', undefined]);
      assert.equal((await alice.get('reservation', `/v1/reservations/${overRest.id}`)).body['status'], 'CANCELLED');
    });
  }));

test('a hold made by ReserveSeat keeps its seats from buyers over REST, and theirs are kept from it', () =>
  withEvent(async (on, callers) => {
    const alice = await on.user('alice');
    const sent = await callers.service('inventory');
    await withGrpcClient(on, 'inventory', async ({ call }) => {
      const reserve = async (seatId: string, idempotencyKey: string): Promise<ReserveSeatResponse | undefined> => {
        const reservationId = newId('rsv', on.platform.nowMs(), shardOf(EVENT), new SeededRandom(Number(process.hrtime.bigint() % 1_000_000n)));
        return (await call(InventoryService.reserveSeat, ReserveSeatRequest.create({ reservationId, eventId: EVENT, seatIds: [seatId], userId: 'bob', idempotencyKey }), sent)).response;
      };
      const held = await reserve('A-3', 'k');
      const refused = await alice.hold(EVENT, ['A-3']);
      assert.deepEqual([held?.status, refused.status, codeOf(refused)], [1, 409, 'SEAT_UNAVAILABLE']);
      assert.equal((await reserve('A-3', 'k'))?.holdId, held?.holdId, 'S7: the retry, with another id, adopts the first hold');

      const ours = await alice.hold(EVENT, ['A-4']);
      assert.equal((await reserve('A-4', 'l'))?.error?.code, ErrorCode.ERROR_CODE_INVENTORY_CONFLICT);
      const isFree = async (seatId: string): Promise<unknown> =>
        (await call(InventoryService.checkAvailability, CheckAvailabilityRequest.create({ eventId: EVENT, seatIds: [seatId] }))).response?.available;
      assert.deepEqual([await isFree('A-3'), await isFree('A-4'), await isFree('A-5')], [false, false, true]);
      await call(InventoryService.releaseHold, ReleaseHoldRequest.create({ reservationId: held?.holdId ?? '' }), sent);
      await alice.cancel(ours.id);
      assert.deepEqual([await isFree('A-3'), await isFree('A-4')], [true, true]);
    });
  }));

test('I5: a hold made by ReserveSeat that nobody takes further is released by itself, counted, and sold to the next', () =>
  withPlatform(
    async (on) => {
      await on.event(EVENT, 1);
      const sent = await grpcCallers(on).service('inventory');
      await withGrpcClient(on, 'inventory', async ({ call }) => {
        const reservationId = newId('rsv', on.platform.nowMs(), shardOf(EVENT), new SeededRandom(5));
        const held = await call(InventoryService.reserveSeat, ReserveSeatRequest.create({ reservationId, eventId: EVENT, seatIds: ['A-1'], userId: 'bob', idempotencyKey: 'k' }), sent);
        assert.equal(held.response?.status, 1);
      });
      const released = async (): Promise<readonly Sample[]> => {
        for (let samples = await scrape(on); ; samples = await scrape(on)) if (valueOf(samples, 'hold_release_lag_seconds_count') > 0) return samples;
      };
      const samples = await released();
      assert.equal(valueOf(samples, 'hold_release_lag_seconds_count'), 1);
      assert.equal(valueOf(samples, 'service_method_duration_seconds_count', { service: 'inventory', method: 'expire' }), 1);
      assert.equal((await (await on.user('alice')).hold(EVENT, ['A-1'])).status, 201);
    },
    { holdMs: durationMs(300) },
  ));

test('I7, I4: the key of a hold is remembered over a restart', () =>
  withEvent(async (on, callers) => {
    const request = (n: number) =>
      ReserveSeatRequest.create({ reservationId: newId('rsv', on.platform.nowMs(), 0, new SeededRandom(n)), eventId: EVENT, quantity: 2, userId: 'bob', idempotencyKey: 'k' });
    const first = await withGrpcClient(on, 'inventory', async ({ call }) => call(InventoryService.reserveSeat, request(1), await callers.service('inventory')));
    const again = await on.restart();
    const sent = await grpcCallers(again).service('inventory');
    await withGrpcClient(again, 'inventory', async ({ call }) => {
      const repeated = await call(InventoryService.reserveSeat, request(2), sent);
      assert.ok(first.response?.holdId);
      assert.equal(repeated.response?.holdId, first.response.holdId);
      await call(InventoryService.releaseHold, ReleaseHoldRequest.create({ reservationId: first.response.holdId }), sent);
    });
    await again.stop();
  }));

test('S19: the ids of others are not told apart from ids of nothing, and a token speaks for its own user only', () =>
  withEvent(async (on, callers) => {
    const held = await (await on.user('alice')).hold(EVENT, ['A-1']);
    const absent = newId('rsv', on.platform.nowMs(), 0, new SeededRandom(9));
    const bob = await callers.user('bob');
    await withGrpcClient(on, 'reservation', async ({ call }) => {
      const told = async (reservationId: string): Promise<readonly unknown[]> => {
        const read = await call(ReservationService.getReservation, GetReservationRequest.create({ reservationId }), bob);
        const cancelled = await call(ReservationService.cancelReservation, CancelReservationRequest.create({ reservationId }), bob);
        const { details: _, traceId: __, ...error } = cancelled.response?.error ?? { code: 0, message: '', details: [], traceId: '' };
        return [read.code, read.response?.error?.code, read.response?.reservation, error];
      };
      assert.deepEqual(await told(held.id), await told(absent));
      assert.equal((await told(held.id))[1], ErrorCode.ERROR_CODE_NOT_FOUND);
      const forAlice = await call(ReservationService.getReservation, GetReservationRequest.create({ reservationId: held.id, userId: 'alice' }), bob);
      assert.equal(forAlice.code, 'PERMISSION_DENIED');
    });
  }));
