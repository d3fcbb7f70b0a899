import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addMs, durationMs, epochMs, ManualClock, newId, SeededRandom, type Clock } from '@traffic-tacos/kernel';
import { TimeoutScheduler } from '../src/adapters/system/timeout-scheduler.ts';
import type { ReservationStatus } from '../src/domain/judge-reservation.ts';
import { reservationFactsSuite } from '../src/ports/reservation-facts-suite.ts';
import { schedulerSuite } from '../src/ports/scheduler-suite.ts';
import { heldReservation, KeptReservations } from '../src/testing/kept-reservations.ts';
import { ManualScheduler } from '../src/testing/manual-scheduler.ts';

const STATUSES: readonly ReservationStatus[] = ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'];

schedulerSuite('the manual scheduler', () => {
  const clock = new ManualClock();
  const scheduler = new ManualScheduler(clock);
  return {
    scheduler,
    clock,
    pass: async (ms) => {
      clock.advance(ms);
      await scheduler.wakeDue();
    },
  };
});

schedulerSuite('the scheduler of the runtime', () => openRuntime());

describe('the scheduler of the runtime', () => {
  it('waits in pieces for an instant that is further off than one timer may be', async () => {
    const { scheduler, clock } = openRuntime(2);
    const atMs = addMs(clock.nowMs(), durationMs(9));
    const wokenAtMs = await new Promise<number>((resolve) => {
      scheduler.at(atMs, () => resolve(clock.nowMs()));
    });
    assert.ok(wokenAtMs >= atMs, `${atMs - wokenAtMs} ms early`);
  });
});

/** Time passes until a later wake-up of the same scheduler has come. */
function openRuntime(longestMs?: number) {
  const clock: Clock = { nowMs: () => epochMs(Math.floor(performance.now()) + 1_000), wallMs: () => epochMs(0) };
  const scheduler = new TimeoutScheduler(clock, longestMs);
  const pass = (ms: number) =>
    new Promise<void>((resolve) => {
      scheduler.at(addMs(clock.nowMs(), durationMs(ms + 2)), resolve);
    });
  return { scheduler, clock, pass };
}

reservationFactsSuite(
  'the reservations that tests put down',
  async () => {
    const facts = new KeptReservations();
    const random = new SeededRandom(4);
    const unknownId = () => newId('rsv', epochMs(1_700_000_000_000), 0, random);
    return {
      facts,
      make: async (status) => {
        const [id, expected] = [unknownId(), heldReservation('alice', { status })];
        facts.put(id, expected);
        return { id, expected };
      },
      cancel: async (id) => facts.put(id, heldReservation('alice', { status: 'CANCELLED' })),
      unknownId,
    };
  },
  STATUSES,
);
