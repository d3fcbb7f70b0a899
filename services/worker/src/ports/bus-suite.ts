import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BusEvent } from '@traffic-tacos/kernel';
import type { Bus } from './bus.ts';

/** A bus, what has been delivered from it to the worker so far, and a life after a crash. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** The ids of what the worker's queue holds or has held, in no order. */
  delivered(): readonly string[];
  /** The same bus as the next process finds it. */
  afterCrash(): Promise<BusUnderTest>;
}

const RESULT: BusEvent = {
  source: 'payment.service', detailType: 'Payment Status Updated',
  detail: { id: 'pay_1.1', type: 'payment.approved', version: 1, sequence: 1, occurred_at: '2025-10-09T08:53:20.123Z', trace_id: 'a'.repeat(32) },
};
const CREATED: BusEvent = { ...RESULT, source: 'reservation.service', detailType: 'Reservation Created', detail: { ...RESULT.detail, id: 'rsv_1.1', type: 'reservation.created' } };
const withId = (id: string): BusEvent => ({ ...RESULT, detail: { ...RESULT.detail, id } });

/** What every `Bus` must do. */
export function busSuite(adapter: string, open: () => Promise<BusUnderTest>): void {
  describe(`${adapter} as a bus`, () => {
    it('takes results of payments to the worker, and has them when it says so, a crash notwithstanding', async () => {
      const { bus, afterCrash } = await open();
      assert.deepEqual(await bus.publish([withId('pay_1.1'), withId('pay_2.1')]), []);
      assert.deepEqual([...(await afterCrash()).delivered()].sort(), ['pay_1.1', 'pay_2.1']);
    });

    it('takes an event that no rule leads to the worker, and delivers it to nobody', async () => {
      const { bus, delivered } = await open();
      assert.deepEqual(await bus.publish([CREATED]), []);
      assert.deepEqual(delivered(), []);
    });

    it('I6: takes a repetition, which is the same message', async () => {
      const { bus, delivered } = await open();
      await bus.publish([RESULT, RESULT]);
      assert.deepEqual(await bus.publish([RESULT]), []);
      assert.deepEqual(delivered(), ['pay_1.1']);
    });

    it('says of each type whether anybody wants it', async () => {
      const { bus } = await open();
      assert.equal(bus.wants('payment.approved'), true);
    });

    it('takes nothing of nothing', async () => {
      const { bus, delivered } = await open();
      assert.deepEqual(await bus.publish([]), []);
      assert.deepEqual(delivered(), []);
    });
  });
}
