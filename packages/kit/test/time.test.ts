import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPooledRandom, createSystemClock } from '../src/index.ts';
import { createSystemTime } from '../src/time/system-time.ts';

test('the boot is named on Linux and unknown where the system does not tell', () => {
  const isLinux = process.platform === 'linux';
  assert.equal(/^[0-9a-f-]{36}$/.test(createSystemTime().bootId ?? ''), isLinux);
  assert.equal(createSystemTime('/nonexistent/boot_id').bootId, undefined);
  assert.equal(createSystemTime('/dev/null').bootId, undefined);
});

test('monotonic time is the same clock in every reader of one boot, and wall time is the system\'s', () => {
  const [a, b] = [createSystemTime(), createSystemTime()];
  const before = a.monotonicMs();
  const between = b.monotonicMs();
  const after = a.monotonicMs();
  assert.ok(before <= between && between <= after);
  assert.ok(Math.abs(a.wallMs() - Date.now()) < 1_000);
});

test('S25: the system clock starts at the wall time, does not follow its steps, and never goes back', () => {
  let wallMs = 1_000_000;
  let monotonicMs = 500;
  const clock = createSystemClock({ bootId: undefined, wallMs: () => wallMs, monotonicMs: () => monotonicMs });
  assert.equal(clock.nowMs(), 1_000_000);
  wallMs -= 300_000;
  monotonicMs += 10.7;
  assert.equal(clock.nowMs(), 1_000_010);
  assert.equal(clock.wallMs(), 700_000);
  wallMs += 600_000;
  assert.equal(clock.nowMs(), 1_000_010);
});

test('random words are unsigned 32-bit, spread over the whole range, and differ across refills and instances', () => {
  const random = createPooledRandom(8);
  const words = Array.from({ length: 20_000 }, () => random.u32());
  assert.ok(words.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff));
  assert.ok(new Set(words).size > 19_900);
  const high = words.filter((word) => word >= 0x80000000).length;
  assert.ok(high > 9_500 && high < 10_500, `${high} of 20,000 in the upper half`);
  assert.notEqual(createPooledRandom().u32(), createPooledRandom().u32());
});
