import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ErrorCode } from '@traffic-tacos/contracts/proto/common/v1/errors';
import type { ReserveSeatRequest } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { epochMsOf, timestampOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import { SMALL_EVENT, reservationId } from '../src/testing/builders.ts';
import { errorOf, withGrpcWorld, type GrpcWorld } from './support/grpc-world.ts';
import { smallWorld } from './support/world.ts';

const reserve = (n: number, changes: Partial<ReserveSeatRequest> = {}): Partial<ReserveSeatRequest> => ({
  reservationId: reservationId(n),
  eventId: SMALL_EVENT.id,
  userId: 'alice',
  idempotencyKey: `key-${n}`,
  ...(changes.quantity === undefined ? { seatIds: ['R-A-1'] } : {}),
  ...changes,
});

const onSmall = (body: (on: GrpcWorld) => Promise<void>): Promise<void> => withGrpcWorld(body, smallWorld());
const msOf = (instant: Timestamp | undefined): number | undefined => (instant === undefined ? undefined : epochMsOf(instant));
const KRW = (amount: number) => ({ amount, currency: 'KRW' });

describe('ReserveSeat', () => {
  it('I5: holds named seats for HOLD_SECONDS, with their prices, and says by which clock', () =>
    onSmall(async ({ ask, world }) => {
      const now = world.clock.nowMs();
      const { code, response } = await ask('reserveSeat', reserve(1, { seatIds: ['S2', 'R-A-1'] }));
      assert.equal(code, 'OK');
      assert.ok(response);
      assert.deepEqual([response.holdId, response.status, response.error], [reservationId(1), 1, undefined]);
      assert.deepEqual([msOf(response.holdExpiresAt), msOf(response.heldAt), msOf(response.now)], [now + 60_000, now, now]);
      assert.deepEqual(response.reservedSeats, [
        { id: 'S2', section: 'S', row: '', number: 'S2', price: KRW(120_000), status: 2 },
        { id: 'R-A-1', section: 'R', row: 'A', number: '1', price: KRW(150_000), status: 2 },
      ]);
      assert.equal(world.status(reservationId(1))?.state, 'held');
    }));

  it('holds places of a pool without ids, and frozen prices stay what they were', () =>
    onSmall(async ({ ask, world }) => {
      const pool = reserve(1, { quantity: 2, section: 'FLOOR' });
      const place = { id: '', section: 'FLOOR', row: '', number: '', price: KRW(99_000), status: 2 };
      assert.deepEqual((await ask('reserveSeat', pool)).response?.reservedSeats, [place, place]);
      await ask('reserveSeat', reserve(2, { seatIds: ['R-A-1', 'S1'] }));
      const dearer = SMALL_EVENT.sections.map((section) => ({ ...section, price: 300_000 }));
      world.putEvent({ ...SMALL_EVENT, sections: dearer });
      assert.deepEqual((await ask('reserveSeat', pool)).response?.reservedSeats, [place, place]);
      const prices = (await ask('reserveSeat', reserve(2, { seatIds: ['R-A-1', 'S1'] }))).response?.reservedSeats.map(({ price }) => price?.amount ?? 0) ?? [];
      assert.equal(prices.reduce((sum, price) => sum + price, 0), 270_000, 'the sum is the frozen one, whatever the sections cost today');
    }));

  it('hold_expires_at only shortens a hold', () =>
    onSmall(async ({ ask, world }) => {
      const now = world.clock.nowMs();
      const sooner = await ask('reserveSeat', reserve(1, { holdExpiresAt: timestampOf(now + 5_000) }));
      const later = await ask('reserveSeat', reserve(2, { seatIds: ['R-A-2'], holdExpiresAt: timestampOf(now + 900_000) }));
      assert.deepEqual([msOf(sooner.response?.holdExpiresAt), msOf(later.response?.holdExpiresAt)], [now + 5_000, now + 60_000]);
      const past = await ask('reserveSeat', reserve(3, { seatIds: ['R-A-3'], holdExpiresAt: timestampOf(now) }));
      assert.deepEqual([past.code, past.details?.violations], ['INVALID_ARGUMENT', [{ field: 'hold_expires_at', reason: 'is not in the future' }]]);
    }));

  it('S7, I7: a retry under its key gets the first hold, in hold_id; other content is a conflict; the key may come in the metadata', () =>
    onSmall(async ({ ask }) => {
      const key = { idempotencyKey: 'K' };
      await ask('reserveSeat', reserve(1, key));
      const retried = await ask('reserveSeat', { ...reserve(2), idempotencyKey: '' }, { 'idempotency-key': 'K' });
      assert.equal(retried.response?.holdId, reservationId(1));
      const conflict = await ask('reserveSeat', reserve(3, { ...key, seatIds: ['R-A-2'] }));
      assert.deepEqual(errorOf(conflict), [
        'OK', ErrorCode.ERROR_CODE_IDEMPOTENCY_CONFLICT, { field: 'idempotency_key', reason: 'used_for_another_request', value: '' },
      ]);
      const sameId = await ask('reserveSeat', reserve(1, { idempotencyKey: 'L', seatIds: ['R-A-2'] }));
      assert.deepEqual(errorOf(sameId).slice(0, 2), ['OK', ErrorCode.ERROR_CODE_IDEMPOTENCY_CONFLICT]);
      assert.equal(conflict.response?.holdId, '');
    }));

  it('a key whose hold has ended counts as new, and an ended hold under its own id says how it ended', () =>
    onSmall(async ({ ask, world }) => {
      await ask('reserveSeat', reserve(1, { idempotencyKey: 'K' }));
      world.clock.advance(60_000);
      const ended = await ask('reserveSeat', reserve(1, { idempotencyKey: 'L' }));
      assert.deepEqual([ended.response?.holdId, ended.response?.status, ended.response?.error], [reservationId(1), 2, undefined]);
      const anew = await ask('reserveSeat', reserve(2, { idempotencyKey: 'K' }));
      assert.deepEqual([anew.response?.holdId, anew.response?.status], [reservationId(2), 1]);
    }));

  it('a refusal is an outcome with its details, and a status for clients that ask for one', () =>
    withGrpcWorld(async ({ ask, world }) => {
      const blocked = { id: 'B', price: 1, seat_ids: ['B1'], blocked: ['B1'] };
      world.putEvent({ ...SMALL_EVENT, sections: [...SMALL_EVENT.sections, blocked] });
      world.putEvent({ ...SMALL_EVENT, id: 'evt_later', sale_starts_at: '2100-01-01T00:00:00Z' });
      world.hold(90, { userId: 'bob', seatIds: ['R-A-1'] });
      const seat = (value: string, reason: string) => ({ field: 'seat_ids', reason, value });
      const cases: readonly (readonly [Partial<ReserveSeatRequest>, ErrorCode, string, ...object[]])[] = [
        [{ seatIds: ['R-A-1', 'B1'] }, ErrorCode.ERROR_CODE_INVENTORY_CONFLICT, 'ABORTED', seat('R-A-1', 'held'), seat('B1', 'blocked')],
        [{ quantity: 4, section: 'S' }, ErrorCode.ERROR_CODE_INSUFFICIENT_INVENTORY, 'FAILED_PRECONDITION', { field: 'quantity', reason: 'sold_out', value: '2' }],
        [{ eventId: 'evt_none' }, ErrorCode.ERROR_CODE_NOT_FOUND, 'NOT_FOUND', { field: 'event_id', reason: 'not_found', value: '' }],
        [{ quantity: 1, section: 'X' }, ErrorCode.ERROR_CODE_NOT_FOUND, 'NOT_FOUND', { field: 'section', reason: 'not_found', value: 'X' }],
        [{ seatIds: ['R-A-9'] }, ErrorCode.ERROR_CODE_NOT_FOUND, 'NOT_FOUND', seat('R-A-9', 'not_found')],
        [{ quantity: 5 }, ErrorCode.ERROR_CODE_QUOTA_EXCEEDED, 'FAILED_PRECONDITION', { field: 'quantity', reason: 'purchase_limit', value: '4' }],
        [{ eventId: 'evt_later' }, ErrorCode.ERROR_CODE_FAILED_PRECONDITION, 'FAILED_PRECONDITION', { field: 'event_id', reason: 'sale_not_open', value: '' }],
      ];
      for (const [at, [changes, code, status, ...details]] of cases.entries()) {
        const request = reserve(at, changes);
        assert.deepEqual(errorOf(await ask('reserveSeat', request)), ['OK', code, ...details], JSON.stringify(changes));
        assert.equal((await ask('reserveSeat', request, { 'x-error-mode': 'status' })).code, status, JSON.stringify(changes));
      }
      assert.deepEqual(world.audit(), []);
    }));

  it('what is no outcome is a status: seats of another section, and an event whose waiting room has not let the buyer in', () =>
    withGrpcWorld(async ({ ask, world }) => {
      world.putEvent({ ...SMALL_EVENT, waiting_room: 'on' });
      const elsewhere = await ask('reserveSeat', reserve(1, { seatIds: ['R-A-1', 'S1'], section: 'S' }));
      assert.deepEqual([elsewhere.code, elsewhere.details?.violations], ['INVALID_ARGUMENT', [{ field: 'seat_ids', reason: 'R-A-1: is in another section' }]]);
      assert.equal((await ask('reserveSeat', reserve(1))).code, 'PERMISSION_DENIED');
      assert.equal((await ask('reserveSeat', reserve(1, { admitted: true }))).response?.status, 1);
    }));

  it('bad input is INVALID_ARGUMENT with every violation', () =>
    onSmall(async ({ ask }) => {
      const fieldsOf = async (request: Partial<ReserveSeatRequest>): Promise<readonly string[]> => {
        const { code, details } = await ask('reserveSeat', request);
        assert.equal(code, 'INVALID_ARGUMENT');
        return details?.violations.map(({ field }) => field) ?? [];
      };
      assert.deepEqual(await fieldsOf({ idempotencyKey: 'k' }), ['reservation_id', 'user_id', 'event_id', 'quantity']);
      assert.deepEqual(await fieldsOf(reserve(1, { reservationId: 'rsv_1', seatIds: ['R-A-1', 'R-A-1', ''], quantity: 2 })), [
        'reservation_id', 'quantity', 'seat_ids[1]', 'seat_ids[2]',
      ]);
      const eleven = Array.from({ length: 11 }, (_, i) => `R-A-${i}`);
      assert.deepEqual(await fieldsOf(reserve(1, { seatIds: eleven })), ['seat_ids']);
      assert.deepEqual(await fieldsOf(reserve(1, { quantity: 11 })), ['quantity']);
      assert.deepEqual(await fieldsOf(reserve(1, { userId: 'a\u0000b', holdExpiresAt: { seconds: 0, nanos: -1 } })), ['user_id', 'hold_expires_at']);
      const long = 'x'.repeat(129);
      assert.deepEqual(await fieldsOf(reserve(1, { userId: long, eventId: long, section: long, seatIds: [long] })), ['user_id', 'event_id', 'section', 'seat_ids[0]']);
      assert.deepEqual(await fieldsOf({ ...reserve(1), idempotencyKey: '' }), ['idempotency_key']);
    }));

  it('GRPC_AUTH=network lets old clients make holds without a key, which are then holds each for itself', () =>
    withGrpcWorld(
      async ({ ask }) => {
        const hold = async (n: number): Promise<string | undefined> =>
          (await ask('reserveSeat', { ...reserve(n, { quantity: 1, section: 'FLOOR' }), idempotencyKey: '' })).response?.holdId;
        assert.deepEqual([await hold(1), await hold(2)], [reservationId(1), reservationId(2)]);
      },
      smallWorld(),
      'network',
    ));
});
