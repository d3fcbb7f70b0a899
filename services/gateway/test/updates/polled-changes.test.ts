import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withPrefix } from '@traffic-tacos/kernel';
import { polledChanges } from '../../src/adapters/polled/changes.ts';

const ID = withPrefix('rsv', `ord_${'0'.repeat(26)}`);

/** Wake-ups that come when the test says so. */
class ManualWakeUps {
  waiting: (() => void)[] = [];

  after = (_delayMs: number, run: () => void): (() => void) => {
    this.waiting.push(run);
    return () => undefined;
  };

  /** Lets as many wake-ups come as a round has steps. */
  round(): void {
    for (let i = 0; i < 20; i++) for (const run of this.waiting.splice(0)) run();
  }
}

it('hints at everything that is watched once a round, and rests where nothing is', () => {
  const wakeUps = new ManualWakeUps();
  const changes = polledChanges(wakeUps);
  assert.equal(wakeUps.waiting.length, 0, 'nothing is watched, so nothing is scheduled');
  const hints = [0, 0, 0];
  const ends = hints.map((_, i) => changes.watch(ID, () => void (hints[i] = (hints[i] ?? 0) + 1)));
  wakeUps.round();
  assert.deepEqual(hints, [1, 1, 1]);
  ends[1]?.();
  ends[1]?.();
  wakeUps.round();
  assert.deepEqual(hints, [2, 1, 2]);
  for (const end of ends) end();
  wakeUps.round();
  assert.deepEqual([hints, wakeUps.waiting.length], [[2, 1, 2], 0]);
  changes.watch(ID, () => void (hints[1] = 7));
  wakeUps.round();
  assert.equal(hints[1], 7, 'it wakes up again');
});
