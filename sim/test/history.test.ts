import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPlatform } from '@traffic-tacos/platform/testing';
import { parseEvent } from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { checkHistory } from '../src/history/check-history.ts';
import { eventToExamine, examine } from '../src/history/examine.ts';
import type { Effect, Operation } from '../src/history/operation.ts';

const NEVER = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

const take = (holder: string, quantity = 1, ends = NEVER): Effect => ({ kind: 'take', holder, quantity, ends });
const give = (holder: string): Effect => ({ kind: 'give', holder });
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
});

describe('a running platform', () => {
  it('I1, I2: clients that compete over HTTP are told nothing that has no legal order', async () => {
    await withPlatform(async ({ platform }) => {
      const parsed = parseEvent(eventToExamine('evt_verify'), DEFAULT_LIMITS);
      assert.ok(parsed.kind === 'valid');
      await platform.putEvent(parsed.event);
      let secrets = 0;
      const secret = (): string => `secret-${secrets++}-of-a-test`;
      const { gateway: baseUrl } = platform.addresses;
      const report = await examine({ baseUrl, eventId: 'evt_verify', clients: 4, requests: 25, seed: 7, secret, now: () => performance.now() });
      assert.deepEqual(report.contradictions, []);
      assert.deepEqual(report.undecided, []);
      assert.ok(report.operations > 60, `${report.operations} operations`);
    });
  });
});
