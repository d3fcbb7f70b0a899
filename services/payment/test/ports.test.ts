import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { addMs, durationMs, epochMs, ManualClock, newId, SeededRandom } from '@traffic-tacos/kernel';
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

describe('the scheduler of the runtime, its timers driven by hand', () => {
  afterEach(() => mock.timers.reset());

  schedulerSuite('it', openRuntime);

  it('waits for an instant that is further off than one timer can be', async () => {
    const { scheduler, clock, pass } = openRuntime();
    let woken = 0;
    scheduler.at(addMs(clock.nowMs(), durationMs(2 ** 31 + 5)), () => woken++);
    await pass(2 ** 31 - 1);
    await pass(5);
    assert.equal(woken, 0);
    await pass(1);
    assert.equal(woken, 1);
  });
});

function openRuntime() {
  mock.timers.enable({ apis: ['setTimeout'] });
  const clock = new ManualClock();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    mock.timers.tick(ms);
  };
  return { scheduler: new TimeoutScheduler(clock), clock, pass };
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
