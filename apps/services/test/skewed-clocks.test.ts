import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExpiryReport, Scheduler } from '@traffic-tacos/reservation';
import { withSale, type Sale } from './support/sale.ts';

const FIVE_MINUTES = 300_000;
const MINUTE = 60_000;

/** Timers that run when they are told to. */
function timersByHand(): Scheduler & { readonly runAll: () => void } {
  const waiting = new Set<() => void>();
  return {
    after: (_delayMs, run) => {
      waiting.add(run);
      return () => waiting.delete(run);
    },
    runAll: () => {
      for (const run of [...waiting]) {
        waiting.delete(run);
        run();
      }
    },
  };
}

/** Lets the expiry timer look once, and resolves with what it has ended when it has found something due. */
async function lookedFor({ wired }: Sale, timers: ReturnType<typeof timersByHand>): Promise<ExpiryReport> {
  const { promise, resolve, reject } = Promise.withResolvers<ExpiryReport>();
  wired.reservation.start({ onExpiry: resolve, onFailure: reject });
  timers.runAll();
  const report = await promise;
  await wired.reservation.stop();
  return report;
}

test('S25: a reservation service five minutes ahead shows holds as held, lets them be paid and given back, and ends them with the inventory', () =>
  withSale(
    async (sale) => {
      const { wired, held, paid, status, cancel, confirm, taken } = sale;
      const [first, second, third] = [await held('alice', 'k1', 'A-1'), await held('bob', 'k2', 'A-2'), await held('carol', 'k3', 'A-3')];
      assert.deepEqual([await status(first), await status(second)], ['HOLD', 'HOLD']);
      assert.equal((await confirm('alice', first, await paid('alice', first, 1_000))).kind, 'confirmed');
      assert.equal((await cancel('bob', second)).kind, 'cancelled');
      assert.deepEqual(await taken(), { held: 1, sold: 1 });
      await wired.advance(MINUTE);
      assert.deepEqual([await status(third), await taken()], ['EXPIRED', { held: 0, sold: 1 }]);
    },
    { aheadMs: FIVE_MINUTES, timeoutMs: 30_000 },
  ));

test('S25, I5: a hold that the inventory still holds is never recorded as EXPIRED, though the clock here was set ahead; at its instant it is', () => {
  const timers = timersByHand();
  return withSale(
    async (sale) => {
      const { wired, held, status } = sale;
      const id = await held('alice', 'k1', 'A-1');
      wired.setReservationAhead(FIVE_MINUTES);
      assert.equal((await lookedFor(sale, timers)).expired, 0);
      // The answer has put the clock right as well.
      assert.equal(await status(id), 'HOLD');
      await wired.advance(MINUTE);
      assert.equal((await lookedFor(sale, timers)).expired, 1);
      assert.equal(await status(id), 'EXPIRED');
    },
    { timers, timeoutMs: 30_000 },
  );
});
