import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPlatform } from '@traffic-tacos/platform/testing';
import { parseEvent } from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { checkHistory } from '../src/history/check-history.ts';
import { eventToExamine, examine } from '../src/history/examine.ts';
import type { Effect, Ends, Operation, Seen } from '../src/history/operation.ts';

const NEVER = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

const take = (holder: string, quantity = 1, ends = NEVER): Effect => ({ kind: 'take', holder, quantity, ends });
const give = (holder: string): Effect => ({ kind: 'give', holder });
const sell = (holder: string, quantity = 1): Effect => ({ kind: 'sell', holder, quantity });
const extend = (holder: string, ends: Ends): Effect => ({ kind: 'extend', holder, ends });
const saw = (holder: string, as: Seen): Effect => ({ kind: 'saw', holder, as });
const left = (places: number): Effect => ({ kind: 'left', places });
const refused = (quantity = 1): Effect => ({ kind: 'refused', quantity });

/** `[start, end, effect]`, on one object. */
const history = (...steps: readonly (readonly [number, number, Effect])[]): readonly Operation[] =>
  steps.map(([startMs, endMs, effect], id) => ({ id, client: `c${id}`, object: 'A-1', startMs, endMs, effect, isSure: endMs !== Number.POSITIVE_INFINITY }));

const contradictionIn = (operations: readonly Operation[], capacity = 1): readonly number[] | undefined =>
  checkHistory(operations, () => capacity).contradictions[0]?.operations.map(({ id }) => id);

describe('the history checker: histories with a legal order', () => {
  it('one after the other', () => {
    assert.equal(contradictionIn(history([0, 1, take('a')], [2, 3, refused()], [4, 5, give('a')], [6, 7, take('b')])), undefined);
  });

  it('answers that come out of order, of requests at the same time', () => {
    assert.equal(contradictionIn(history([0, 10, refused()], [0, 10, take('a')], [0, 10, give('a')], [0, 12, take('b')])), undefined);
  });

  it('a refusal because of somebody who was never answered', () => {
    assert.equal(contradictionIn(history([0, Number.POSITIVE_INFINITY, take('a', 1, { fromMs: 0, toMs: Number.POSITIVE_INFINITY })], [5, 6, refused()])), undefined);
  });

  it('a hold that ended by itself', () => {
    assert.equal(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [110, 111, refused()], [112, 113, take('b')])), undefined);
  });

  it('a confirmed order, a look at it, and a payment that confirms by itself beside a look', () => {
    assert.equal(contradictionIn(history([0, 1, take('a', 1, { fromMs: 10, toMs: 12 })], [2, 8, sell('a')], [3, 4, saw('a', 'held')], [5, 6, saw('a', 'sold')], [900, 901, refused()])), undefined);
  });

  it('a hold that is kept for longer', () => {
    const [first, second] = [{ fromMs: 100, toMs: 120 }, { fromMs: 200, toMs: 220 }];
    assert.equal(contradictionIn(history([0, 1, take('a', 1, first)], [2, 3, extend('a', second)], [150, 151, refused()], [160, 161, saw('a', 'held')], [230, 231, take('b')], [232, 233, saw('a', 'over')])), undefined);
  });

  it('a late payment that takes the free seat of an ended hold again', () => {
    assert.equal(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [200, 201, saw('a', 'over')], [202, 203, sell('a')], [204, 205, saw('a', 'sold')])), undefined);
  });

  it('public figures from somewhere within the second that they may be old', () => {
    assert.equal(contradictionIn(history([0, 1, take('a', 2)], [2, 3, give('a')], [-5, 4, left(3)], [5, 6, left(5)]), 5), undefined);
  });

  it('a thousand operations one after the other', () => {
    const steps = Array.from({ length: 500 }, (_, i) => [[4 * i, 4 * i + 1, take(`h${i}`)], [4 * i + 2, 4 * i + 3, give(`h${i}`)]] as const).flat();
    assert.equal(contradictionIn(history(...steps)), undefined);
  });

  it('a pool up to its last place', () => {
    assert.equal(contradictionIn(history([0, 1, take('a', 2)], [2, 3, take('b', 3)], [4, 5, refused(1)], [6, 7, give('a')], [8, 9, take('c', 2)]), 5), undefined);
  });
});

describe('the history checker: planted contradictions, each with the fewest operations that show it', () => {
  it('I2: a seat given to two', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [0, 9, refused()], [2, 3, take('b')], [4, 5, give('b')])), [0, 2]);
  });

  it('I2: a free seat called taken', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [2, 3, give('a')], [4, 5, refused()], [6, 7, take('b')])), [1, 2]);
  });

  it('I5: a seat given to another before the first hold was over', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [50, 60, take('b')])), [0, 1]);
  });

  it('I5: a seat called taken long after its hold was over', () => {
    assert.notEqual(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [200, 201, refused()])), undefined);
  });

  it('I1: a pool that gives more than it has', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a', 3)], [2, 3, take('b', 3)], [4, 5, give('b')]), 5), [0, 1]);
  });

  it('I1: a pool that is called empty with places left', () => {
    assert.notEqual(contradictionIn(history([0, 1, take('a', 3)], [2, 3, refused(2)]), 5), undefined);
  });

  it('I4: a hold that is given back by nobody and is gone', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [2, 3, take('b')], [4, 5, give('a')])), [0, 1]);
  });

  it('I4: a reservation that is not there any more', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [2, 3, saw('a', 'held')], [4, 5, saw('a', 'nothing')])), [0, 2]);
  });

  it('I4: a cancel that is forgotten', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [2, 3, give('a')], [4, 5, saw('a', 'held')])), [0, 1, 2]);
  });

  it('I4: a confirmed order that reads HOLD', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [2, 3, sell('a')], [4, 5, saw('a', 'held')])), [0, 1, 2]);
  });

  it('I2: a sold seat given to another', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [2, 3, sell('a')], [500, 501, take('b')])), [1, 2]);
  });

  it('I2: a confirm and a cancel that both succeed', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a')], [2, 9, sell('a')], [2, 9, give('a')])), [1, 2]);
  });

  it('I2: a late payment that is confirmed although the seat is another’s', () => {
    const ends = { fromMs: 100, toMs: 120 };
    assert.notEqual(contradictionIn(history([0, 1, take('a', 1, ends)], [200, 201, take('b')], [202, 203, sell('a')])), undefined);
  });

  it('I5: a hold that reads EXPIRED early', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [50, 51, saw('a', 'over')])), [0, 1]);
  });

  it('I5: a hold that reads HOLD long after its end', () => {
    assert.deepEqual(contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [200, 201, saw('a', 'held')])), [0, 1]);
  });

  it('I5: an extension that is forgotten', () => {
    const found = contradictionIn(history([0, 1, take('a', 1, { fromMs: 100, toMs: 120 })], [2, 3, extend('a', { fromMs: 1_100, toMs: 1_120 })], [500, 501, take('b')]));
    assert.deepEqual(found, [1, 2]);
  });

  it('I1: public figures that count a free place as taken, or the other way round', () => {
    assert.notEqual(contradictionIn(history([0, 1, take('a', 2)], [2, 3, left(2)]), 5), undefined);
    assert.deepEqual(contradictionIn(history([0, 1, take('a', 2)], [2, 3, left(5)]), 5), [0, 1]);
  });

  it('I2: two of many, whatever else has happened before, beside and after', () => {
    const noise = (from: number): readonly (readonly [number, number, Effect])[] =>
      Array.from({ length: 60 }, (_, i) => [[from + 10 * i, from + 10 * i + 3, take(`n${from + i}`)], [from + 10 * i + 1, from + 10 * i + 2, refused()], [from + 10 * i + 4, from + 10 * i + 6, give(`n${from + i}`)]] as const).flat();
    const found = contradictionIn(history(...noise(0), [1_000, 1_001, take('a')], [1_002, 1_003, take('b')], ...noise(2_000)));
    assert.deepEqual(found, [180, 181]);
  });
});

describe('the history checker: a search without an end', () => {
  it('is given up, and that is no pass', () => {
    const crowd = Array.from({ length: 14 }, (_, i) => [0, 100, take(`c${i}`, i % 2 === 0 ? 1 : 2)] as const);
    const report = checkHistory(history(...crowd, [0, 100, refused(1)]), () => 20, 1_000);
    assert.deepEqual([report.undecided, report.contradictions], [['A-1'], []]);
  });
});

describe('a running platform', () => {
  it('I1, I2: clients that compete over HTTP and gRPC are told nothing that has no legal order', async () => {
    await withPlatform(async ({ platform }) => {
      const parsed = parseEvent(eventToExamine('evt_verify'), DEFAULT_LIMITS);
      assert.ok(parsed.kind === 'valid');
      await platform.putEvent(parsed.event);
      let secrets = 0;
      const secret = (): string => `secret-${secrets++}-of-a-test`;
      const { gateway: baseUrl } = platform.addresses;
      const { reservation, inventory } = platform.grpcAddresses;
      const report = await examine({
        baseUrl, eventId: 'evt_verify', grpc: { reservation, inventory }, users: 6, mayGoOn: (asked) => asked < 40, seed: 7, secret, now: () => performance.now(),
      });
      assert.deepEqual(report.contradictions, []);
      assert.deepEqual(report.undecided, []);
      assert.ok(report.operations > 150, `${report.operations} operations`);
    });
  });
});
