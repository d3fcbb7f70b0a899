import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReservationService } from '@traffic-tacos/contracts';
import { ManualClock, Unavailable, type EpochMs } from '@traffic-tacos/kernel';
import { behindGrpc } from './grpc-world.ts';

const { createReservation, cancelReservation } = ReservationService;
const SEAT = { eventId: 'evt_memory', seatIds: ['A-1'] };

/** A machine whose wall clock is an hour ahead of the callers': every deadline of theirs is over there. */
class AheadByAnHour extends ManualClock {
  override wallMs(): EpochMs {
    return super.nowMs();
  }
}

test('S7: a request past its deadline is not decided: nothing is held, and the key is still new', () => {
  const clock = new AheadByAnHour(Date.now() + 3_600_000);
  return behindGrpc(
    async (world) => {
      const told = await world.ask(createReservation, SEAT, { key: 'k', deadlineMs: 60_000 });
      assert.equal(told.verdict, 'DEADLINE_EXCEEDED');
      assert.equal(world.sink.entries.length, 0);
    },
    { clock, verifier: { verify: () => ({ userId: 'alice', roles: [] }) } },
  );
});

test('S7: a client that stopped waiting for a decided request learns of it by its key, and only one hold was made', () =>
  behindGrpc(async (world) => {
    world.sink.holdBack();
    const lost = await world.ask(createReservation, SEAT, { key: 'k', deadlineMs: 2_000 });
    assert.deepEqual([lost.verdict, world.sink.entries.length], ['DEADLINE_EXCEEDED', 1]);
    world.sink.flush();
    const again = (await world.ask(createReservation, SEAT, { key: 'k' })).done();
    assert.deepEqual([again.replayed, world.sink.entries.length], [true, 1]);

    world.sink.holdBack();
    const { reservationId } = again;
    assert.equal((await world.ask(cancelReservation, { reservationId }, { key: 'c', deadlineMs: 2_000 })).verdict, 'DEADLINE_EXCEEDED');
    world.sink.flush();
    assert.equal((await world.ask(cancelReservation, { reservationId }, { key: 'c' })).done().replayed, true);
  }));

test('S3: where nobody can say whether it was done, the call is UNAVAILABLE and says when to ask again', () =>
  behindGrpc(async (world) => {
    world.seats.hold = () => Promise.reject(new Unavailable('the seats do not answer'));
    const told = await world.ask(createReservation, SEAT, { key: 'k' });
    assert.deepEqual([told.verdict, told.reason], ['UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
    assert.doesNotMatch(told.message, /seats/);
  }));
