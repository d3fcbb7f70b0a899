import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMsOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import { ErrorCode } from '@traffic-tacos/contracts/proto/common/v1/errors';
import { CommitStatus, HoldStatus, ReleaseStatus } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { withPrefix } from '@traffic-tacos/kernel';
import { reservationId } from '../src/testing/builders.ts';
import { errorOf, withGrpcWorld, type GrpcWorld } from './support/grpc-world.ts';
import { smallWorld } from './support/world.ts';

const RSV = reservationId(1);
const ORD = withPrefix('ord', RSV);
const HOLD = { reservationId: RSV };
const STATUS = { 'x-error-mode': 'status' };
const { ERROR_CODE_NOT_FOUND: NOT_FOUND, ERROR_CODE_FAILED_PRECONDITION: PRECONDITION, ERROR_CODE_RESERVATION_EXPIRED: EXPIRED } = ErrorCode;

/** The small event, in which alice holds R-A-1 and R-A-2. */
const onHold = (body: (on: GrpcWorld) => Promise<void>): Promise<void> => {
  const world = smallWorld();
  world.hold(1, { seatIds: ['R-A-1', 'R-A-2'] });
  return withGrpcWorld(body, world);
};
const msOf = (instant: Timestamp | undefined): number | undefined => (instant === undefined ? undefined : epochMsOf(instant));
const idsOf = (seats: readonly { readonly id: string; readonly status: number }[] = []): readonly string[] => seats.map(({ id, status }) => `${id} ${status}`);

/** Everything that may be said of a hold, and is not this one's: existence does not leak. */
const NOT_THIS_HOLD = [
  { reservationId: reservationId(2) },
  { reservationId: 'nonsense' },
  { ...HOLD, eventId: 'evt_other' },
  { ...HOLD, seatIds: ['R-A-1'] },
  { ...HOLD, seatIds: ['R-A-1', 'R-A-3'] },
  { ...HOLD, quantity: 3 },
];

describe('CommitReservation', () => {
  it('sells what is held, and repeating it answers the same order', () =>
    onHold(async ({ ask, world }) => {
      const at = world.clock.nowMs();
      const first = await ask('commitReservation', { ...HOLD, eventId: 'evt_small', seatIds: ['R-A-2', 'R-A-1'], quantity: 2, userId: 'alice' });
      world.clock.advance(100_000);
      for (const { response } of [first, await ask('commitReservation', HOLD)]) {
        assert.deepEqual([response?.orderId, response?.status, idsOf(response?.soldSeats)], [ORD, CommitStatus.COMMIT_STATUS_SUCCESS, ['R-A-1 3', 'R-A-2 3']]);
        assert.equal(msOf(response?.committedAt), at);
      }
      assert.equal(world.status(RSV)?.state, 'committed');
    }));

  it('S19: finds no hold that is not the one described, nor the hold of another user', () =>
    onHold(async ({ ask, world }) => {
      for (const request of [...NOT_THIS_HOLD, { ...HOLD, userId: 'bob' }]) {
        assert.deepEqual(errorOf(await ask('commitReservation', request)).slice(0, 2), ['OK', NOT_FOUND], JSON.stringify(request));
      }
      assert.equal((await ask('commitReservation', { ...HOLD, userId: 'bob' }, STATUS)).code, 'NOT_FOUND');
      assert.equal(world.status(RSV)?.state, 'held');
    }));

  it('I5: is refused from the expiry on, and with reacquire takes the same places again or names who has them', () =>
    onHold(async ({ ask, world }) => {
      world.clock.advance(60_000);
      const over = await ask('commitReservation', HOLD);
      assert.deepEqual([errorOf(over)[1], over.response?.status], [EXPIRED, CommitStatus.COMMIT_STATUS_FAILED_EXPIRED]);
      assert.equal((await ask('commitReservation', HOLD, STATUS)).code, 'FAILED_PRECONDITION');
      world.hold(2, { userId: 'bob', seatIds: ['R-A-1'] });
      const gone = await ask('commitReservation', { ...HOLD, reacquire: true });
      assert.deepEqual(errorOf(gone), ['OK', ErrorCode.ERROR_CODE_INVENTORY_CONFLICT, { field: 'seat_ids', reason: 'held', value: 'R-A-1' }]);
      assert.equal(gone.response?.status, CommitStatus.COMMIT_STATUS_FAILED_CONFLICT);
      world.clock.advance(60_000);
      assert.equal((await ask('commitReservation', { ...HOLD, reacquire: true })).response?.orderId, ORD);
    }));

  it('reacquire obeys the purchase limit', () =>
    onHold(async ({ ask, world }) => {
      world.clock.advance(60_000);
      world.hold(2, { quantity: 3, section: 'FLOOR' });
      const refused = await ask('commitReservation', { ...HOLD, reacquire: true });
      assert.deepEqual(errorOf(refused), ['OK', ErrorCode.ERROR_CODE_INVENTORY_CONFLICT, { field: 'quantity', reason: 'purchase_limit', value: '' }]);
    }));

  it('is refused after a release, and after a return', () =>
    onHold(async ({ ask, world }) => {
      const committing = async (): Promise<readonly unknown[]> => {
        const ended = await ask('commitReservation', HOLD);
        return [...errorOf(ended), ended.response?.status];
      };
      const refusal = (reason: string) => ['OK', PRECONDITION, { field: 'reservation_id', reason, value: '' }, CommitStatus.COMMIT_STATUS_FAILED_CONFLICT];
      await ask('releaseHold', HOLD);
      assert.deepEqual(await committing(), refusal('released'));
      world.hold(2, { seatIds: ['R-A-3'] });
      await ask('commitReservation', { reservationId: reservationId(2) });
      await ask('returnSeats', { orderId: withPrefix('ord', reservationId(2)) });
      const returned = await ask('commitReservation', { reservationId: reservationId(2) });
      assert.deepEqual(errorOf(returned), ['OK', PRECONDITION, { field: 'reservation_id', reason: 'returned', value: '' }]);
    }));
});

describe('ReleaseHold', () => {
  it('gives a hold up, once; a repeat says when that was and gives nothing up', () =>
    onHold(async ({ ask, world }) => {
      const at = world.clock.nowMs();
      const first = await ask('releaseHold', { ...HOLD, reason: 'cancelled' });
      assert.deepEqual([first.response?.status, idsOf(first.response?.releasedSeats)], [ReleaseStatus.RELEASE_STATUS_SUCCESS, ['R-A-1 1', 'R-A-2 1']]);
      world.clock.advance(5);
      const again = await ask('releaseHold', HOLD);
      assert.deepEqual([again.response?.status, again.response?.releasedSeats], [ReleaseStatus.RELEASE_STATUS_ALREADY_RELEASED, []]);
      assert.deepEqual([first, again].map(({ response }) => msOf(response?.releasedAt)), [at, at]);
    }));

  it('S9: a release that comes late never touches whoever has the places by then', () =>
    onHold(async ({ ask, world }) => {
      world.clock.advance(60_000);
      world.hold(2, { userId: 'bob', seatIds: ['R-A-1'] });
      const late = await ask('releaseHold', HOLD);
      assert.deepEqual([late.response?.status, late.response?.releasedAt, late.response?.error], [ReleaseStatus.RELEASE_STATUS_ALREADY_RELEASED, undefined, undefined]);
      assert.equal(world.status(reservationId(2))?.state, 'held');
    }));

  it('is refused after a commit, and for what is not there', () =>
    onHold(async ({ ask }) => {
      for (const request of NOT_THIS_HOLD) {
        const { response } = await ask('releaseHold', request);
        assert.deepEqual([response?.error?.code, response?.status], [NOT_FOUND, ReleaseStatus.RELEASE_STATUS_NOT_FOUND], JSON.stringify(request));
      }
      await ask('commitReservation', HOLD);
      const sold = await ask('releaseHold', HOLD);
      assert.deepEqual([errorOf(sold)[1], sold.response?.status], [PRECONDITION, ReleaseStatus.RELEASE_STATUS_FAILED]);
      assert.equal((await ask('releaseHold', HOLD, STATUS)).code, 'FAILED_PRECONDITION');
    }));
});

describe('ExtendHold', () => {
  it('moves the end once; the same value again answers the same, another is refused', () =>
    onHold(async ({ ask, world }) => {
      const end = world.clock.nowMs() + 90_000;
      for (let repeat = 0; repeat < 2; repeat++) {
        const { response } = await ask('extendHold', { ...HOLD, extensionSeconds: 30 });
        assert.deepEqual([msOf(response?.holdExpiresAt), response?.extendedSeconds], [end, 30]);
      }
      const other = await ask('extendHold', { ...HOLD, extensionSeconds: 20 });
      assert.deepEqual(errorOf(other), ['OK', PRECONDITION, { field: 'extension_seconds', reason: 'extension_not_allowed', value: '60' }]);
    }));

  it('is refused beyond the most, past the end, for what was sold or released, and for what is not there', () =>
    onHold(async ({ ask, world }) => {
      const extending = async (request: object = {}): Promise<readonly unknown[]> => errorOf(await ask('extendHold', { ...HOLD, extensionSeconds: 10, ...request }));
      assert.deepEqual((await extending({ extensionSeconds: 61 })).slice(0, 2), ['OK', PRECONDITION]);
      for (const request of [{ reservationId: reservationId(9) }, { eventId: 'evt_other' }]) assert.deepEqual((await extending(request)).slice(0, 2), ['OK', NOT_FOUND]);
      world.hold(2, { seatIds: ['R-A-3'] });
      await ask('releaseHold', { reservationId: reservationId(2) });
      const reasonOf = (reason: string) => ['OK', PRECONDITION, { field: 'reservation_id', reason, value: '' }];
      assert.deepEqual(await extending({ reservationId: reservationId(2) }), reasonOf('released'));
      world.clock.advance(60_000);
      assert.deepEqual(await extending(), ['OK', EXPIRED]);
      await ask('commitReservation', { ...HOLD, reacquire: true });
      assert.deepEqual(await extending(), reasonOf('sold'));
      const nothing = await ask('extendHold', HOLD);
      assert.deepEqual([nothing.code, nothing.details?.violations], ['INVALID_ARGUMENT', [{ field: 'extension_seconds', reason: 'must be 1 or more' }]]);
    }));
});

describe('ReturnSeats', () => {
  it('makes the places of an order free again, once', () =>
    onHold(async ({ ask, world }) => {
      await ask('commitReservation', HOLD);
      const at = world.clock.nowMs();
      const first = await ask('returnSeats', { orderId: ORD, reservationId: RSV, seatIds: ['R-A-2', 'R-A-1'], quantity: 2 });
      world.clock.advance(5);
      const again = await ask('returnSeats', { orderId: ORD });
      assert.deepEqual([first, again].map(({ response }) => idsOf(response?.returnedSeats)), [['R-A-1 1', 'R-A-2 1'], []]);
      assert.deepEqual([first, again].map(({ response }) => msOf(response?.returnedAt)), [at, at]);
    }));

  it('finds no order before it was sold, nor one that is not as described', () =>
    onHold(async ({ ask, world }) => {
      assert.deepEqual(errorOf(await ask('returnSeats', { orderId: ORD })), ['OK', NOT_FOUND, { field: 'order_id', reason: 'not_found', value: '' }]);
      await ask('commitReservation', HOLD);
      for (const other of [{ reservationId: reservationId(2) }, { eventId: 'evt_other' }, { seatIds: ['R-A-1'] }, { quantity: 1 }, { orderId: 'nonsense' }, { orderId: '_', reservationId: RSV }]) {
        assert.deepEqual(errorOf(await ask('returnSeats', { orderId: ORD, ...other })).slice(0, 2), ['OK', NOT_FOUND], JSON.stringify(other));
      }
      assert.equal(world.status(RSV)?.state, 'committed');
    }));
});

it('a hold or an order that is not named at all is INVALID_ARGUMENT', () =>
  onHold(async ({ ask }) => {
    for (const method of ['commitReservation', 'releaseHold', 'extendHold', 'returnSeats'] as const) assert.equal((await ask(method)).code, 'INVALID_ARGUMENT', method);
  }));

describe('GetHold', () => {
  it('I5, S25: says what has become of a hold and what the clock shows, to the millisecond, and changes nothing', () =>
    onHold(async ({ ask, world }) => {
      const endsAt = world.clock.nowMs() + 60_000;
      const read = async () => {
        const { response } = await ask('getHold', HOLD);
        assert.equal(msOf(response?.now), world.clock.nowMs());
        return [response?.status, msOf(response?.holdExpiresAt)];
      };
      assert.deepEqual(await read(), [HoldStatus.HOLD_STATUS_ACTIVE, endsAt]);
      world.clock.advance(59_999);
      assert.deepEqual(await read(), [HoldStatus.HOLD_STATUS_ACTIVE, endsAt]);
      world.clock.advance(1);
      assert.deepEqual(await read(), [HoldStatus.HOLD_STATUS_EXPIRED, endsAt]);
    }));

  it('of a hold that is not there says so with the clock, and a sold one is committed', () =>
    onHold(async ({ ask, world }) => {
      const unknown = (await ask('getHold', { reservationId: reservationId(2) })).response;
      assert.deepEqual([unknown?.status, unknown?.holdExpiresAt, msOf(unknown?.now)], [HoldStatus.HOLD_STATUS_UNSPECIFIED, undefined, world.clock.nowMs()]);
      await ask('commitReservation', HOLD);
      assert.equal((await ask('getHold', HOLD)).response?.status, HoldStatus.HOLD_STATUS_COMMITTED);
      assert.equal((await ask('getHold', { reservationId: '' })).code, 'INVALID_ARGUMENT');
    }));
});
