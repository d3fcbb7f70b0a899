import assert from 'node:assert/strict';
import { it } from 'node:test';
import { epochMs, ManualClock } from '@traffic-tacos/kernel';
import { WorkLane, type LaneQueue } from '../src/queue/work-lane.ts';

/** A queue in memory whose disk answers when the test says so. */
class SlowDiskQueue implements LaneQueue<string> {
  readonly #due: string[] = [];
  readonly #waiting: (() => void)[] = [];

  push(...items: readonly string[]): void {
    this.#due.push(...items);
  }

  async take(most: number): Promise<readonly string[]> {
    const taken = this.#due.splice(0, most);
    await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    return taken;
  }

  nextDueAtMs() {
    return this.#due.length === 0 ? undefined : epochMs(0);
  }

  /** Whatever was taken is on disk now. */
  sync(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

it('S13: no more is under way at one time than may be, also when more comes while what was taken waits for the disk', async () => {
  const queue = new SlowDiskQueue();
  const underWay = new Set<() => void>();
  let most = 0;
  const lane = new WorkLane({
    queue, atOnce: 2, clock: new ManualClock(), wakeUps: { at: () => () => undefined },
    work: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.add(resolve);
      most = Math.max(most, underWay.size);
      await promise;
      underWay.delete(resolve);
    },
  });
  queue.push('a', 'b');
  lane.start();
  await settle();
  queue.push('c', 'd', 'e');
  lane.wake();
  await settle();
  for (let done = 0; done < 5; ) {
    queue.sync();
    await settle();
    for (const end of underWay) {
      end();
      done++;
    }
    await settle();
  }
  assert.deepEqual([most, underWay.size, queue.nextDueAtMs()], [2, 0, undefined]);
  await lane.stop();
});
