import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { parseCatalogue, parseEvent } from '../src/domain/catalogue.ts';
import { PROBLEMS_LISTED, type Problem } from '../src/domain/problems.ts';
import { SMALL_EVENT } from '../src/testing/builders.ts';

const [R, S, FLOOR] = SMALL_EVENT.sections;

function problemsOf(document: unknown): readonly Problem[] {
  const parsed = parseEvent(document, DEFAULT_LIMITS);
  return parsed.kind === 'valid' ? [] : parsed.problems;
}

const placesOf = (changes: object): readonly string[] => problemsOf({ ...SMALL_EVENT, ...changes }).map(({ place }) => place);
const seated = (id: string, row: string, seats: string): unknown => ({ id, price: 1, rows: [{ id: row, seats }] });
const placesOfSection = (changes: object): readonly string[] => placesOf({ sections: [{ ...R, ...changes }] });

describe('an event document', () => {
  it('is read in snake_case and camelCase, with defaults for what it leaves out', () => {
    const sections = [{ id: 'A', price: 0, seatIds: ['A-1'] }];
    const document = { id: 'e', name: '이름', currency: 'KRW', purchaseLimit: 3, saleStartsAt: '2030-01-01T09:00:00+09:00', sections };
    const parsed = parseEvent(document, DEFAULT_LIMITS);
    assert.deepEqual(parsed, {
      kind: 'valid',
      event: {
        id: 'e',
        terms: {
          name: '이름',
          venue: undefined,
          startsAtMs: undefined,
          endsAtMs: undefined,
          saleStartsAtMs: Date.parse('2030-01-01T00:00:00Z'),
          saleEndsAtMs: undefined,
          currency: 'KRW',
          purchaseLimit: 3,
          waitingRoom: 'off',
          queueIdentity: 'visitor',
          listed: true,
          admission: { perSecond: undefined, maxActive: undefined, policy: 'arrival' },
        },
        sections: [{ kind: 'seats', id: 'A', name: 'A', priceMinor: 0, rows: [], seatIds: ['A-1'], blocked: [] }],
      },
    });
  });

  it('has the example of the interface', () => {
    const sections = [
      { id: 'R', name: 'R석', price: 150000, rows: [{ id: 'A', seats: '1-30' }, { id: 'B', seats: '1-28,30,31' }], blocked: ['R-A-1'] },
      { id: 'S', name: 'S석', price: 120000, seat_ids: ['A-12', 'A-13', 'VIP-1-1'] },
      { id: 'FLOOR', name: 'Standing', price: 99000, capacity: 5000 },
    ];
    const admission = { per_second: 100, max_active: 5000, policy: 'arrival' };
    const parsed = parseEvent({ ...SMALL_EVENT, waiting_room: 'on', admission, sections }, DEFAULT_LIMITS);
    const [first] = parsed.kind === 'valid' ? parsed.event.sections : [];
    assert.deepEqual(first?.kind === 'seats' && first.rows, [
      { id: 'A', ranges: [{ from: 1, to: 30 }] },
      { id: 'B', ranges: [{ from: 1, to: 28 }, { from: 30, to: 31 }] },
    ]);
  });

  it('has every problem listed with its place', () => {
    const sections = [{ id: 'A' }, 7, { price: -1, capacity: 0 }];
    const problems = problemsOf({ name: ' ', currency: 'won', starts_at: 'tomorrow', purchase_limit: 0, sections });
    const ofSections = ['sections[0].price', 'sections[0].rows', 'sections[1]', 'sections[2].id', 'sections[2].price', 'sections[2].capacity'];
    assert.deepEqual(problems.map(({ place }) => place), ['id', 'name', 'currency', 'starts_at', 'purchase_limit', ...ofSections]);
  });

  for (const [what, changes, places] of [
    ['a list for a name', { name: ['x'] }, ['name']],
    ['control characters', { name: 'a\u0000b' }, ['name']],
    ['half a character', { name: 'a\ud800' }, ['name']],
    ['spaces in an id', { id: 'evt 1' }, ['id']],
    ['a path in an id', { id: '../evt' }, ['id']],
    ['a time without a zone', { starts_at: '2030-01-01T00:00:00' }, ['starts_at']],
    ['a day that is not in the calendar', { starts_at: '2030-02-30T00:00:00Z' }, ['starts_at']],
    ['an hour that is not on the clock', { starts_at: '2030-02-20T25:00:00Z' }, ['starts_at']],
    ['a time before the epoch', { starts_at: '1960-01-01T00:00:00Z' }, ['starts_at']],
    ['an end before its beginning', { starts_at: '2030-01-02T00:00:00Z', ends_at: '2030-01-01T00:00:00Z' }, ['ends_at']],
    ['a sale that ends as it begins', { sale_starts_at: '2030-01-01T00:00:00Z', sale_ends_at: '2030-01-01T00:00:00Z' }, ['sale_ends_at']],
    ['both spellings with different values', { purchaseLimit: 5 }, ['purchaseLimit']],
    ['an unknown waiting room', { waiting_room: 'maybe' }, ['waiting_room']],
    ['an unknown policy', { admission: { policy: 'lottery', per_second: 0 } }, ['admission.per_second', 'admission.policy']],
    ['an admission that is no object', { admission: 5 }, ['admission']],
    ['no sections', { sections: [] }, ['sections']],
    ['sections that are no list', { sections: {} }, ['sections']],
    ['a section twice', { sections: [R, { ...FLOOR, id: 'R' }] }, ['sections[1].id']],
    ['a seat in two sections', { sections: [S, { id: 'T', price: 1, seat_ids: ['S2'] }] }, ['sections[1].seat_ids[0]']],
    ['a row seat under its own name', { sections: [R, { id: 'T', price: 1, seat_ids: ['R-A-2'] }] }, ['sections[1].seat_ids[0]']],
    ['an own name as a row seat', { sections: [{ id: 'T', price: 1, seat_ids: ['R-A-2'] }, R] }, ['sections[1].rows[0].seats']],
    ['rows that come to the same names', { sections: [seated('A-B', 'C', '3'), seated('A', 'B-C', '1-5')] }, ['sections[1].rows[0].seats']],
  ] as const) {
    it(`is refused for ${what}`, () => assert.deepEqual(placesOf(changes), places));
  }

  for (const [what, changes, places] of [
    ['a row twice', { rows: [{ id: 'A', seats: '1' }, { id: 'A', seats: '2' }] }, ['sections[0].rows[1].id']],
    ['a seat number twice', { rows: [{ id: 'A', seats: '1-5,3' }] }, ['sections[0].rows[0].seats']],
    ['a range backwards', { rows: [{ id: 'A', seats: '5-1' }] }, ['sections[0].rows[0].seats']],
    ['a seat that is no number', { rows: [{ id: 'A', seats: '1,x' }] }, ['sections[0].rows[0].seats']],
    ['a leading zero', { rows: [{ id: 'A', seats: '01' }] }, ['sections[0].rows[0].seats']],
    ['a number that is too great', { rows: [{ id: 'A', seats: '1000000' }] }, ['sections[0].rows[0].seats']],
    ['seats that are no text', { rows: [{ id: 'A', seats: 5 }] }, ['sections[0].rows[0].seats']],
    ['rows and a capacity', { capacity: 5 }, ['sections[0].rows']],
    ['no places at all', { rows: [] }, ['sections[0].rows']],
    ['neither rows nor ids nor capacity', { rows: undefined }, ['sections[0].rows']],
    ['an own id twice', { rows: undefined, seat_ids: ['x', 'x'] }, ['sections[0].seat_ids[1]']],
    ['an own id that is none', { rows: undefined, seat_ids: ['', 5, 'a b'] }, [0, 1, 2].map((i) => `sections[0].seat_ids[${i}]`)],
    ['blocked seats that are not there', { blocked: ['R-A-9', 5, 'R-A-1', 'R-A-1'] }, [0, 1, 3].map((i) => `sections[0].blocked[${i}]`)],
    ['a price that is no amount', { price: 1.5 }, ['sections[0].price']],
    ['a price as text', { price: '100' }, ['sections[0].price']],
  ] as const) {
    it(`has a section refused for ${what}`, () => assert.deepEqual(placesOfSection(changes), places));
  }

  it('lists a thousand problems and counts the rest', () => {
    const problems = problemsOf({ ...SMALL_EVENT, sections: [{ id: 'X', price: 1, seat_ids: Array.from({ length: 1500 }, () => ' ') }] });
    assert.equal(problems.length, PROBLEMS_LISTED + 1);
    assert.deepEqual(problems.at(-1), { place: '', reason: 'and 500 more problems' });
  });

  it('never throws, whatever the JSON is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseEvent(value, DEFAULT_LIMITS)), { numRuns: 2000 });
    fc.assert(fc.property(mutated(), (value) => void parseEvent(value, DEFAULT_LIMITS)), { numRuns: 2000 });
  });
});

describe('a catalogue file', () => {
  it('is refused as a whole when one event is wrong, with the places of all problems', () => {
    const parsed = parseCatalogue([SMALL_EVENT, { ...SMALL_EVENT, currency: 'x' }, { ...SMALL_EVENT, id: 'evt_2' }, null], DEFAULT_LIMITS);
    assert.deepEqual(parsed.kind === 'invalid' && parsed.problems.map(({ place }) => place), ['[1].currency', '[3]']);
  });

  it('has no event twice, and is a list', () => {
    const twice = parseCatalogue([SMALL_EVENT, SMALL_EVENT], DEFAULT_LIMITS);
    assert.deepEqual(twice.kind === 'invalid' && twice.problems, [{ place: '[1].id', reason: 'evt_small is in this file twice' }]);
    assert.equal(parseCatalogue({}, DEFAULT_LIMITS).kind, 'invalid');
    const many = parseCatalogue([SMALL_EVENT, SMALL_EVENT], { ...DEFAULT_LIMITS, events: 1 });
    assert.deepEqual(many.kind === 'invalid' && many.problems, [{ place: '', reason: 'must have at most 1 events' }]);
    assert.equal(parseCatalogue([], DEFAULT_LIMITS).kind, 'valid');
  });
});

/** Documents that are almost right: somewhere in a valid one, something else stands. */
function mutated(): fc.Arbitrary<unknown> {
  const junk = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1e300, '', '-', '1-', 'R-A-1', '__proto__', '\u0000', null, [[]], { constructor: 1 }));
  const any = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, junk]));
  const some = { requiredKeys: [] };
  const section = fc.record(any('id', 'price', 'rows', 'seat_ids', 'seatIds', 'blocked', 'capacity', 'name'), some);
  const ranges = fc.string({ unit: fc.constantFrom('1', '2', '9', '-', ',', ' ', '0') });
  const row = fc.record({ id: fc.oneof(junk, fc.constant('A')), seats: fc.oneof(junk, ranges) }, some);
  const withRows = fc.record({ id: fc.constantFrom('R', 'S'), price: fc.constant(1), rows: fc.array(row), blocked: fc.array(junk) });
  const fields = fc.record(any(...Object.keys(SMALL_EVENT), 'admission', 'starts_at', 'waitingRoom'), some);
  const sections = fc.record({ sections: fc.array(fc.oneof(section, withRows)) }, some);
  return fc.tuple(fields, sections).map(([changes, ofSections]) => ({ ...SMALL_EVENT, ...changes, ...ofSections }));
}
