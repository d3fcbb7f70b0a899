import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDecisionClock } from '../src/decision-clock.ts';
import { createSystemTimeSource } from '../src/system-time-source.ts';
import { ManualTimeSource, SimDisk } from '../src/testing.ts';
import { openOn, ROOMY, setLeft } from './journal-under-test.ts';

const FIVE_MINUTES = 300_000;
const FINENESS_MS = 50;

test('S25: a wall clock that steps five minutes, either way, moves no decision', () => {
  for (const step of [FIVE_MINUTES, -FIVE_MINUTES]) {
    const time = new ManualTimeSource();
    const clock = createDecisionClock(time);
    const before = clock.nowMs();
    time.stepWall(step);
    assert.equal(clock.nowMs(), before);
    time.advance(60_000);
    assert.equal(clock.nowMs(), before + 60_000);
    assert.equal(clock.wallMs(), before + step + 60_000);
  }
});

test('S25: a wall clock that stands still makes no hold immortal', () => {
  const time = new ManualTimeSource();
  const clock = createDecisionClock(time);
  const before = clock.nowMs();
  time.advanceMonotonicOnly(60_000);
  assert.equal(clock.nowMs(), before + 60_000);
});

test('on the same boot, a new process goes on by the monotonic time that has passed, whatever the wall clock did meanwhile', () => {
  for (const step of [0, FIVE_MINUTES, -FIVE_MINUTES]) {
    const time = new ManualTimeSource();
    const stamp = createDecisionClock(time).stamp();
    time.advance(2_500);
    time.stepWall(step);
    assert.equal(createDecisionClock(time, stamp).nowMs(), stamp.nowMs + 2_500);
  }
});

test('after a reboot, now is the later of the last recorded instant and wall time', () => {
  const time = new ManualTimeSource();
  const stamp = createDecisionClock(time).stamp();
  time.advance(10_000);
  time.reboot('boot-2');
  assert.equal(createDecisionClock(time, stamp).nowMs(), stamp.nowMs + 10_000);
  time.stepWall(-FIVE_MINUTES);
  const clock = createDecisionClock(time, stamp);
  assert.equal(clock.nowMs(), stamp.nowMs, 'it never goes back');
  time.advance(5);
  assert.equal(clock.nowMs(), stamp.nowMs + 5);
});

test('a boot without a name, or one on which less time has passed than was recorded, counts as another', () => {
  for (const bootId of [undefined, 'boot-1']) {
    const time = new ManualTimeSource();
    time.bootId = bootId;
    const stamp = createDecisionClock(time).stamp();
    time.reboot(bootId);
    time.stepWall(7_000);
    assert.equal(createDecisionClock(time, stamp).nowMs(), stamp.nowMs + 7_000);
  }
});

test('instants are whole milliseconds and never go back, even if the monotonic clock does', () => {
  const time = new ManualTimeSource();
  const clock = createDecisionClock(time);
  const start = clock.nowMs();
  time.advance(0.7);
  assert.equal(clock.nowMs(), start);
  time.advance(9.3);
  assert.equal(clock.nowMs(), start + 10);
  time.advanceMonotonicOnly(-5);
  assert.equal(clock.nowMs(), start + 10);
});

test('S25: the clock of a reopened journal goes on from the newest group', async () => {
  const time = new ManualTimeSource();
  const disk = new SimDisk({ seed: 1 });
  const first = await openOn(disk, { limits: ROOMY, time });
  time.advance(1_000);
  setLeft(first, 1, 1);
  await first.units.durable();
  const sealedMs = first.clock.nowMs();
  time.advance(500);
  time.stepWall(-FIVE_MINUTES);
  const second = await openOn(disk.killed(2), { limits: ROOMY, time });
  assert.equal(second.clock.nowMs(), sealedMs + 500);
  time.reboot('boot-2');
  const third = await openOn(disk.killed(2), { limits: ROOMY, time });
  assert.equal(third.clock.nowMs(), sealedMs);
});

test('S25: what a boot has shown stays shown, though its first process ended without a write and the wall clock was set back', async () => {
  const time = new ManualTimeSource();
  const disk = new SimDisk({ seed: 1 });
  const first = await openOn(disk, { limits: ROOMY, time });
  setLeft(first, 1, 1);
  await first.units.durable();
  time.advance(30_000);
  time.reboot('boot-2');
  const left = disk.killed(2);
  const shownMs = (await openOn(left, { limits: ROOMY, time })).clock.nowMs();
  time.stepWall(-FIVE_MINUTES);
  const third = await openOn(left.killed(3), { limits: ROOMY, time });
  assert.ok(third.clock.nowMs() >= shownMs);
  assert.equal(third.found.entries, 1);
});

test('the machine names its boot the same for every process, and its monotonic clock is theirs together', () => {
  const [one, other] = [createSystemTimeSource(), createSystemTimeSource()];
  assert.equal(one.bootId, other.bootId);
  const systemMs = (): number => Number(process.hrtime.bigint()) / 1_000_000;
  // However long the machine pauses between two readings, each lies between its neighbours, but for how finely the clocks are compared.
  for (const between of [() => other.monotonicMs(), systemMs]) {
    const [before, read, after] = [one.monotonicMs(), between(), one.monotonicMs()];
    assert.ok(before <= read + FINENESS_MS && read <= after + FINENESS_MS, `${before} ${read} ${after}`);
  }
  assert.ok(one.wallMs() > 1_600_000_000_000);
});
