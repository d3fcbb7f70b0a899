import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addMs, durationMs, epochMs, type Clock } from '@traffic-tacos/kernel';
import type { Scheduler } from './scheduler.ts';

/** A scheduler, its clock, and a way to let `ms` pass until everything due has woken. */
export interface SchedulerUnderTest {
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  pass(ms: number): Promise<void>;
}

/** What every `Scheduler` must do. */
export function schedulerSuite(adapter: string, open: () => SchedulerUnderTest): void {
  describe(`${adapter} as a scheduler`, () => {
    it('wakes once, not in the turn of the call, when the instant has come', async () => {
      const { scheduler, clock, pass } = open();
      let woken = 0;
      scheduler.at(addMs(clock.nowMs(), durationMs(10)), () => woken++);
      assert.equal(woken, 0);
      await pass(10);
      assert.equal(woken, 1);
      await pass(10);
      assert.equal(woken, 1);
    });

    it('wakes soon for an instant that has passed, in a turn of its own', async () => {
      const { scheduler, clock, pass } = open();
      let woken = 0;
      scheduler.at(epochMs(clock.nowMs() - 5), () => woken++);
      assert.equal(woken, 0);
      await pass(0);
      assert.equal(woken, 1);
    });

    it('does not wake after it was called off', async () => {
      const { scheduler, clock, pass } = open();
      let woken = 0;
      const cancel = scheduler.at(addMs(clock.nowMs(), durationMs(5)), () => woken++);
      cancel();
      await pass(5);
      cancel();
      assert.equal(woken, 0);
    });
  });
}
