import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { Ledger, type BuyerEnd } from '../src/demo/ledger.ts';
import { LineBook } from '../src/demo/line-book.ts';
import { Measures } from '../src/demo/measures.ts';
import { judgeSale, type Evidence } from '../src/demo/verdict.ts';
import type { PlaceSeen } from '../src/http/wait-for-turn.ts';

const held = (...seatIds: readonly string[]) => ({
  reservationId: `rsv_${seatIds.join()}`, seatIds, quantity: seatIds.length, amount: 1000, currency: 'KRW', expiresAtMs: 0,
});
const bought = (...seatIds: readonly string[]): BuyerEnd => ({ kind: 'bought', token: '', orderId: `ord_${seatIds.join()}`, held: held(...seatIds) });

function ledgerOf(...ends: readonly BuyerEnd[]): Ledger {
  const ledger = new Ledger();
  for (const end of ends) ledger.add(end);
  return ledger;
}

const LEFT: BuyerEnd = { kind: 'nothing_left' };
const whole = { expected: 0, found: 0 };
const AUDIT = { breaches: [], waiting: [], counted: { holds: 2, reservations: 2, orders: 2, intents: 2 }, records: 10, lastSequence: 5 };
const GOOD: Evidence = {
  users: 3,
  ledger: ledgerOf(bought('A-1', 'A-2'), bought('A-3'), LEFT),
  measures: new Measures(),
  afterwards: {
    orders: { expected: 2, found: 2 }, closedTabs: whole, refunds: whole, late: { expected: 0, bought: [], refunded: 0 }, walkedAway: whole,
    places: { capacity: 3, free: 0, held: 0, sold: 3, blocked: 0 },
  },
  audit: AUDIT,
  line: { positions: { shown: 9, grown: 0 }, jumps: { tried: 1, gotIn: 0 } },
  room: { mostInside: 5, ceiling: 5 },
};

const { afterwards } = GOOD;
const withUnexpected = new Measures();
withUnexpected.add('confirm', 1, 500, 'INTERNAL_ERROR');
const apart = ledgerOf(bought('A-1', 'A-2'), bought('A-3'), LEFT);
apart.addDoubleClick(false);

const withPlaces = (places: Partial<Evidence['afterwards']['places']>): Evidence => ({
  ...GOOD, afterwards: { ...afterwards, places: { ...afterwards.places, ...places } },
});

/** What a broken platform would leave, and the one judgement that must see it. */
const PLANTED: readonly (readonly [string, Evidence, RegExp])[] = [
  ['a buyer who never got through', { ...GOOD, users: 4 }, /everybody got through.*3 of 4/],
  ['a sale at which nobody bought', { ...withPlaces({ free: 3, sold: 0 }), ledger: ledgerOf(LEFT, LEFT, LEFT) }, /somebody bought/],
  ['a place sold beyond capacity', withPlaces({ capacity: 2 }), /sold ≤ capacity/],
  ['a place that has vanished from the books', withPlaces({ capacity: 4 }), /sold ≤ capacity/],
  ['a seat in two orders', { ...GOOD, ledger: ledgerOf(bought('A-1', 'A-2'), bought('A-2'), LEFT) }, /no seat in two orders: A-2/],
  ['a place sold to nobody', { ...GOOD, ledger: ledgerOf(bought('A-1'), bought('A-3'), LEFT) }, /places sold are the places bought: 3 and 2/],
  ['an order that was acknowledged and is gone', { ...GOOD, afterwards: { ...afterwards, orders: { expected: 2, found: 1 } } }, /every acknowledged order is there.*1 of 2/],
  ['a payment without an order', { ...GOOD, afterwards: { ...afterwards, closedTabs: { expected: 1, found: 0 } } }, /closed the tab.*0 of 1/],
  ['an order that was given back and still stands', { ...GOOD, afterwards: { ...afterwards, refunds: { expected: 1, found: 0 } } }, /given back on request is refunded.*0 of 1/],
  ['a late payment that is neither an order nor back', { ...GOOD, afterwards: { ...afterwards, late: { expected: 2, bought: [], refunded: 1 } } }, /paid at the last moment.*0 and 1 of 2/],
  ['a hold that never ends', { ...GOOD, afterwards: { ...afterwards, walkedAway: { expected: 1, found: 0 } } }, /ended by themselves: 0 of 1/],
  ['a double click that made two reservations', { ...GOOD, ledger: apart }, /double click.*0 of 1/],
  ['a position in line that grew', { ...GOOD, line: { ...GOOD.line, positions: { shown: 9, grown: 1 } } }, /position in line has grown: 1 of 9/],
  ['a line in which nobody saw a position', { ...GOOD, line: { ...GOOD.line, positions: { shown: 0, grown: 0 } } }, /position in line has grown: 0 shown/],
  ['more people inside than the ceiling', { ...GOOD, room: { mostInside: 6, ceiling: 5 } }, /at most 6 of 5/],
  ['somebody who got seats past the line', { ...GOOD, line: { ...GOOD.line, jumps: { tried: 1, gotIn: 1 } } }, /past the line: 1 of 1/],
  ['a breach in the data directory', { ...GOOD, audit: { ...AUDIT, breaches: [{ kind: 'places_do_not_add_up', invariant: 'I1', subject: 's', detail: 'd' }] } }, /audit: 1 breach, first I1 s d/],
  ['no data directory at all', { ...GOOD, audit: undefined }, /no journal was found/],
  ['an answer that was not to be', { ...GOOD, measures: withUnexpected }, /unexpected answer: 1 answer, first confirm: 500 INTERNAL_ERROR/],
];

describe('the verdict of a sale', () => {
  it('is green when everything is as it must be', () => {
    assert.deepEqual(judgeSale(GOOD).filter(({ isSo }) => !isSo), []);
  });

  for (const [what, evidence, says] of PLANTED) {
    it(`is red, by one judgement alone, on ${what}`, () => {
      const red = judgeSale(evidence).filter(({ isSo }) => !isSo);
      assert.equal(red.length, 1, JSON.stringify(red));
      assert.match(red[0]?.says ?? '', says);
    });
  }

  it('does not wait for holds that last longer than the demo, and says so', () => {
    const judgements = judgeSale({ ...GOOD, afterwards: { ...afterwards, walkedAway: undefined } });
    assert.ok(judgements.every(({ isSo }) => isSo));
    assert.ok(judgements.some(({ says }) => /later than this demo waits/.test(says)));
  });
});

describe('the book of a line', () => {
  const seen = (changes: Partial<PlaceSeen>): PlaceSeen => ({ status: 'waiting', reason: '', position: 5, eta: undefined, waitedSec: 0, pollAfterMs: 1, ...changes });
  const eta = (minSec: number, maxSec: number) => ({ minSec, sec: minSec, maxSec });

  it('I9: finds a position that grew, of one person, and none where each only falls', () => {
    const line = new LineBook();
    for (const position of [5, 5, 3, undefined, 2]) line.see('ann', seen({ position }));
    line.see('ben', seen({ position: 9 }));
    assert.deepEqual(line.positions, { shown: 5, grown: 0 });
    line.see('ann', seen({ position: 3 }));
    assert.deepEqual(line.positions, { shown: 6, grown: 1 });
  });

  it('holds every wait that was told against the turn that came, to the second, and judges nobody whose turn never came', () => {
    const line = new LineBook();
    line.see('ann', seen({ waitedSec: undefined, eta: eta(8, 9) }));
    line.see('ann', seen({ waitedSec: 4, eta: eta(4, 5) }));
    line.see('ann', seen({ waitedSec: 6, eta: eta(6, 20) }));
    line.see('ben', seen({ eta: eta(1, 2) }));
    line.see('ann', seen({ status: 'ready', waitedSec: 10 }));
    assert.deepEqual([line.etas, line.turns, line.joined, line.waitsSec], [{ shown: 4, judged: 3, held: 2 }, 1, 2, { p50: 10, p90: 10, p99: 10, max: 10 }]);
    line.see('ann', seen({ status: 'ready', waitedSec: 10 }));
    assert.deepEqual([line.etas.judged, line.turns], [3, 1], 'a turn is judged once');
  });
});

describe('the measures of a sale', () => {
  it('take a lost race for what it is, and anything unforeseen for what it is', () => {
    const measures = new Measures();
    measures.add('hold', 3, 409, 'SEAT_UNAVAILABLE');
    assert.deepEqual(measures.unexpected, { count: 0, first: [] });
    measures.add('look', 3, 409, 'SEAT_UNAVAILABLE');
    measures.add('hold', 3, 0, 'NO_ANSWER (ECONNRESET)');
    assert.equal(measures.unexpected.count, 2);
    assert.deepEqual(measures.refusals, { SEAT_UNAVAILABLE: 2, 'NO_ANSWER (ECONNRESET)': 1 });
  });

  it('tell percentiles of all answers', () => {
    const measures = new Measures();
    for (let ms = 100; ms >= 1; ms--) measures.add('read', ms, 200, '');
    assert.deepEqual(measures.times(), [{ step: 'read', answers: 100, p50Ms: 50, p95Ms: 95, p99Ms: 99 }]);
    assert.equal(measures.requests, 100);
  });
});
