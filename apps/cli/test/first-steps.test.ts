import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { InventoryReads } from '@traffic-tacos/inventory';
import { amountMinor } from '@traffic-tacos/kernel';
import { firstSteps } from '../src/first-steps/first-steps.ts';
import { pickSeats } from '../src/first-steps/pick-seats.ts';
import { ownSeatMaps } from '../src/first-steps/seat-maps.ts';

type Blocks = Extract<ReturnType<InventoryReads['seatMap']>, { kind: 'seat_map' }>['sections'][number]['seats'];

/** A catalogue with one event of one section. */
const catalogueOf = (eventId: string, seats: Blocks): InventoryReads => ({
  event: () => undefined,
  events: () => ({ events: [], next: undefined, previous: undefined }),
  seatMap: (id) => {
    if (id !== eventId) return { kind: 'event_not_found' };
    return { kind: 'seat_map', eventId, version: 1, tag: '1', sections: [{ id: 'R', name: 'R', priceMinor: amountMinor(1), seats }], figures: [] };
  },
});

describe('the seats that are offered to a newcomer', () => {
  const picked = (catalogue: InventoryReads) => pickSeats(ownSeatMaps(catalogue));

  it('are free and side by side, in a row', async () => {
    const catalogue = catalogueOf('evt_2025_1001', [{ row: 'A', from: 1, to: 4, states: 'sfsh' }, { row: 'B', from: 11, to: 14, states: 'bsff' }]);
    assert.deepEqual(await picked(catalogue), { eventId: 'evt_2025_1001', seatIds: ['R-B-13', 'R-B-14'] });
  });

  it('are free and next to each other, among seats with names of their own', async () => {
    const catalogue = catalogueOf('evt_2025_1001', [{ seatIds: ['A-11', 'A-12', 'A-13'], states: 'hff' }]);
    assert.deepEqual((await picked(catalogue))?.seatIds, ['A-12', 'A-13']);
  });

  it('are none where no two are left', async () => {
    assert.equal(await picked(catalogueOf('evt_2025_1001', [{ row: 'A', from: 1, to: 3, states: 'fsf' }])), undefined);
    assert.equal(await picked(catalogueOf('evt_other', [])), undefined);
  });
});

describe('the commands that are printed to be pasted', () => {
  const steps = firstSteps({ gatewayUrl: 'http://127.0.0.1:8000', token: 't.o.k', seats: { eventId: "evt_it's", seatIds: ['A 1', 'A"2'] }, approveDelayMs: 200 });

  /** Runs the lines with a curl that answers with the body that it was given. */
  const run = (lines: readonly string[]): readonly string[] => {
    const curl = 'curl() { while [ $# -gt 0 ]; do if [ "$1" = -d ]; then printf %s "$2"; fi; shift; done; }; sleep() { :; }';
    return execFileSync('bash', ['-euc', [curl, ...lines].join('\n')], { encoding: 'utf8' }).trim().split('\n');
  };

  it('are one line each, and none is a comment, which some shells do not take', () => {
    for (const line of steps) assert.doesNotMatch(line, /\n|^\s*#/);
  });

  it('carry ids with any characters through the shell unharmed', () => {
    assert.deepEqual(JSON.parse(run(steps)[0] ?? ''), { event_id: "evt_it's", seat_ids: ['A 1', 'A"2'] });
  });

  it('hand the ids of each answer to the next request', () => {
    const hold = `HOLD='{"reservation_id":"rsv_1","status":"HOLD","total_amount":300000,"currency":"KRW"}'`;
    const payment = `PAYMENT='{"payment_intent_id":"pay_1","status":"PENDING"}'`;
    const answered = steps.flatMap((line) => (line.startsWith('HOLD=') ? [hold] : line.startsWith('PAYMENT=') ? [line, payment] : [line]));
    assert.deepEqual(run(answered).map((line): unknown => JSON.parse(line)), [
      { reservation_id: 'rsv_1', amount: 300000, currency: 'KRW' },
      { payment_intent_id: 'pay_1' },
    ]);
  });

  for (const shell of ['bash', 'zsh'].filter((name) => spawnSync(name, ['-c', ':']).status === 0)) {
    it(`ask for nothing more after a refusal, as where they are pasted twice, in ${shell}`, () => {
      const refused = '{"error":{"code":"SEAT_UNAVAILABLE","message":"…"}}';
      const curl = `curl() { case "$*" in */reservations\\ *) echo '${refused}';; */orders\\ *) echo '{"orders":[]}';; *) echo asked;; esac; }; sleep() { :; }`;
      const earlier = 'RESERVATION=rsv_0; PAYMENT_ID=pay_0';
      const printed = execFileSync(shell, ['-euc', [curl, earlier, ...steps].join('\n')], { encoding: 'utf8' });
      assert.deepEqual(printed.trim().split('\n').filter((line) => line !== ''), [refused, 'Nothing is held, so nothing is paid.', 'Nothing is paid, so nothing is confirmed.', '{"orders":[]}']);
    });
  }

  it('wait as long as an approval takes', () => {
    assert.ok(firstSteps({ gatewayUrl: '', token: '', seats: { eventId: '', seatIds: ['', ''] }, approveDelayMs: 4_800 }).some((line) => line.endsWith('sleep 6')));
  });
});
