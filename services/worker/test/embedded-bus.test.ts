import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { busSuite, type BusUnderTest } from '../src/ports/bus-suite.ts';
import { resultOf, workerWorld, type WorkerWorld } from './worker-world.ts';

const deliveredOf = ({ tables }: WorkerWorld): readonly string[] => {
  const ids: string[] = [];
  for (let cursor = 0; cursor !== -1; cursor = tables.messages.scan(cursor, 10, ({ id }) => ids.push(id)));
  return ids;
};

const underTest = (world: WorkerWorld): BusUnderTest => ({
  bus: world.worker.bus, delivered: () => deliveredOf(world), afterCrash: async () => underTest(await world.next()),
});

busSuite('the embedded bus', async () => underTest(await workerWorld()));

it('S15: a full queue takes what fits, and the rest is to be published again', async () => {
  const { worker, pass } = await workerWorld({ limits: { ...DEFAULT_LIMITS, workerMessages: 2 } });
  const events = [1, 2, 3].map((sequence) => ({ source: 'payment.service', detailType: 'Payment Status Updated', detail: resultOf(sequence).detail }));
  const left = await worker.bus.publish(events);
  assert.deepEqual(left.map(({ detail }) => detail.sequence), [3]);
  worker.start();
  await pass(10);
  assert.deepEqual(await worker.bus.publish(left), []);
  await worker.stop();
});
