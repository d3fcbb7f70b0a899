import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Joinable } from '@traffic-tacos/journal';
import { epochMs, type EventId } from '@traffic-tacos/kernel';
import type { OnSales } from './on-sales.ts';

/** Events under test: `open` has two seats, a waiting room, and no times; `blocked` has one, which is blocked, no waiting room, terms of its own, and a sale in the years 2998 and 2999. */
export interface OnSalesUnderTest {
  readonly onSales: OnSales;
  readonly open: EventId;
  readonly blocked: EventId;
  /** Holds both seats of `open`, and then sells them; resolves when it may be seen. */
  hold(): Promise<void>;
  sell(): Promise<void>;
  /** Runs a step in a unit of work of its own; resolves when what it did may be seen. */
  decide<Outcome>(step: Joinable<Outcome>): Promise<Outcome>;
}

/** What every adapter of `OnSales` must do. */
export function onSalesSuite(name: string, use: (body: (on: OnSalesUnderTest) => Promise<void>) => Promise<void>): void {
  test(`${name}: tells what an event says of its waiting room, and nothing of an event that is not there`, () =>
    use(async ({ onSales, open, blocked }) => {
      await onSales.learn(open);
      await onSales.learn(blocked);
      assert.deepEqual(onSales.find(open), {
        eventId: open, demandsAdmission: true, demandsAccount: false, policy: 'arrival', perSecond: undefined, maxActive: undefined, saleStartsAtMs: undefined, saleEndsAtMs: undefined,
        freeSeats: 2, isSoldOut: false,
      });
      const { demandsAdmission, demandsAccount, policy, perSecond, maxActive, saleStartsAtMs, saleEndsAtMs } = onSales.find(blocked) ?? assert.fail();
      assert.deepEqual([demandsAdmission, demandsAccount, policy, perSecond, maxActive], [false, true, 'draw', 7, 70]);
      assert.deepEqual([saleStartsAtMs, saleEndsAtMs], [Date.parse('2998-01-01T00:00:00Z'), Date.parse('2999-01-01T00:00:00Z')]);
      assert.deepEqual([onSales.find('evt_nowhere'), await onSales.learn('evt_nowhere')], [undefined, undefined]);
    }));

  test(`${name}: an event is sold out when every seat is sold or blocked, and not while some are only held`, () =>
    use(async ({ onSales, open, blocked, hold, sell }) => {
      assert.equal((await onSales.learn(blocked))?.isSoldOut, true);
      await hold();
      assert.deepEqual([onSales.find(open)?.freeSeats, onSales.find(open)?.isSoldOut], [0, false]);
      await sell();
      assert.deepEqual([onSales.find(open)?.freeSeats, onSales.find(open)?.isSoldOut], [0, true]);
    }));
}

/** What an adapter must do besides where the sale is decided in the same process. */
export function movedSaleSuite(name: string, use: (body: (on: OnSalesUnderTest) => Promise<void>) => Promise<void>): void {
  test(`${name}: a sale that is moved is told as it is from then on, and decides over holds; an event that is not there has none`, () =>
    use(async ({ onSales, open, decide, hold }) => {
      const window = { saleStartsAtMs: epochMs(Date.parse('2998-01-01T00:00:00Z')), saleEndsAtMs: undefined };
      assert.equal(await decide(onSales.moveSale('evt_nowhere', window)), 'event_not_found');
      assert.equal(onSales.find(open)?.saleStartsAtMs, undefined);
      assert.equal(await decide(onSales.moveSale(open, window)), 'moved');
      assert.equal(onSales.find(open)?.saleStartsAtMs, window.saleStartsAtMs);
      await assert.rejects(hold(), 'the sale is not open');
      assert.equal(await decide(onSales.moveSale(open, { saleStartsAtMs: undefined, saleEndsAtMs: undefined })), 'moved');
      await hold();
    }));
}
