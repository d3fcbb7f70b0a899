import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { parseCatalogue } from '../src/domain/catalogue.ts';
import { parseCsvCatalogue, type CsvLine } from '../src/domain/catalogue-csv.ts';
import { SMALL_EVENT } from '../src/testing/builders.ts';

const HEADER = 'id,name,currency,purchase_limit,section,section_name,price,row,seat,seat_id,capacity,blocked';

/** Splits text that has no quotes; the command line uses a real CSV reader. */
const linesOf = (...lines: readonly string[]): readonly CsvLine[] => lines.map((text, index) => ({ line: index + 1, cells: text.split(',') }));

const SMALL = [
  'evt_small,A small event,KRW,4,R,R석,150000,A,1,,,',
  'evt_small,,,,R,,,A,2-3,,,',
  'evt_small,,,,S,,120000,,,S1,,',
  'evt_small,,,,S,,120000,,,S2,,',
  'evt_small,A small event,,,FLOOR,Standing,99000,,,,5,',
];

const problemsOf = (...lines: readonly string[]): readonly string[] => {
  const parsed = parseCsvCatalogue(linesOf(...lines), DEFAULT_LIMITS);
  return parsed.kind === 'valid' ? [] : parsed.problems.map(({ place, reason }) => `${place}: ${reason}`);
};

describe('a CSV catalogue', () => {
  it('is the same event as its JSON', () => {
    assert.deepEqual(parseCsvCatalogue(linesOf(HEADER, ...SMALL), DEFAULT_LIMITS), parseCatalogue([SMALL_EVENT], DEFAULT_LIMITS));
  });

  it('says in its column listed whether an event is listed: yes unless it says no, and nothing else', () => {
    const listed = (cell: string): unknown => {
      const parsed = parseCsvCatalogue(linesOf('id,name,currency,listed,section,price,capacity', `a,One,KRW,${cell},R,5,1`), DEFAULT_LIMITS);
      return parsed.kind === 'valid' ? parsed.events[0]?.terms.listed : parsed.problems[0]?.reason;
    };
    assert.deepEqual(['', 'true', 'Yes', 'false', 'no', '0', 'maybe'].map(listed), [true, true, true, false, false, false, 'must be true or false']);
  });

  it('takes every term of an event, camelCase columns, blocked seats, and several events', () => {
    const columns = 'venue,startsAt,endsAt,saleStartsAt,saleEndsAt,currency,purchaseLimit,waitingRoom,queueIdentity,perSecond,maxActive,policy';
    const header = `id,name,${columns},section,price,row,seat,blocked`;
    const terms = 'Hall,2030-01-02T00:00:00Z,2030-01-03T00:00:00Z,2029-01-01T00:00:00Z,2029-01-02T00:00:00Z,KRW,2,on,account,7,9,draw';
    const lines = linesOf(header, `a,One,${terms},R,5,A,1-3,`, 'a,,,,,,,,,,,,,,R,,A,4,yes', `b,Two,${terms},R,5,A,1,no`);
    const parsed = parseCsvCatalogue(lines, DEFAULT_LIMITS);
    const document = (id: string, name: string, seats: string, blocked: readonly string[]) => ({
      id,
      name,
      venue: 'Hall',
      starts_at: '2030-01-02T00:00:00Z',
      ends_at: '2030-01-03T00:00:00Z',
      sale_starts_at: '2029-01-01T00:00:00Z',
      sale_ends_at: '2029-01-02T00:00:00Z',
      currency: 'KRW',
      purchase_limit: 2,
      waiting_room: 'on',
      queue_identity: 'account',
      admission: { per_second: 7, max_active: 9, policy: 'draw' },
      sections: [{ id: 'R', price: 5, rows: [{ id: 'A', seats }], blocked }],
    });
    assert.deepEqual(parsed, parseCatalogue([document('a', 'One', '1-4', ['R-A-4']), document('b', 'Two', '1', [])], DEFAULT_LIMITS));
  });

  it('names the line of every problem', () => {
    const problems = problemsOf(
      HEADER,
      'e,Name,KRW,4,R,,100,A,1,,,',
      ',,,,R,,,A,2,,,',
      'e,Other,,,R,,200,A,3,,,',
      'e,,,,,,,A,4,,,',
      'e,,,,R,,,A,x,,,',
      'e,,,,R,,,A,5,R-A-5,,',
      'e,,,,R,,,,5,,,perhaps',
      'e,too,short',
    );
    assert.deepEqual(problems, [
      'line 3, column id: is required',
      'line 4, column name: differs from line 2',
      'line 4, column price: differs from line 2',
      'line 5, column section: is required',
      'line 6, column seat: "x" is neither a seat number nor a range such as 1-28',
      'line 7: must have either row and seat, or seat_id, or capacity',
      'line 8, column blocked: must be true or false',
      'line 8: row and seat go together',
      'line 9: has 3 cells under 12 columns',
    ]);
  });

  it('names the line of what only the event as a whole shows', () => {
    assert.deepEqual(problemsOf(HEADER, 'e,Name,KRW,four,R,,1e3,A,1,,,', 'e,,,,S,,5,,,R-A-1,,', 'e,,,,P,,5,,,,0,true'), [
      'line 4, column blocked: a pool cannot be blocked',
      'line 2: purchase_limit: must be a whole number from 1 to 10000000',
      'line 2: sections[0].price: must be a whole number from 0 to 1000000000000',
      'line 3: sections[1].seat_ids[0]: seat R-A-1 is in this event twice',
      'line 4: sections[2].capacity: must be a whole number from 1 to 10000000',
    ]);
    assert.deepEqual(problemsOf(HEADER, 'e,Name,KRW,,P,,5,,,,3,', 'e,,,,P,,,,,,4,'), [
      'line 3, column capacity: is given for this section twice',
      'line 3, column capacity: differs from line 2',
    ]);
  });

  it('needs its columns, each once', () => {
    const problems = problemsOf('id,name,name,currency,price', 'e,a,b,KRW,5');
    assert.deepEqual(problems, ['line 1: column name is there twice', 'line 1: column section is missing']);
    assert.deepEqual(problemsOf(), ['line 1: must name the columns']);
    assert.deepEqual(problemsOf(HEADER), []);
  });

  it('never throws, whatever the cells are', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('', 'e', 'R', 'A', '1', '1-3', '5', 'yes', 'KRW', '-'));
    const line = fc.array(cell, { minLength: 12, maxLength: 12 });
    const run = (rows: readonly (readonly string[])[]): void => {
      const lines = [HEADER.split(','), ...rows].map((cells, index) => ({ line: index + 1, cells }));
      parseCsvCatalogue(lines, DEFAULT_LIMITS);
    };
    fc.assert(fc.property(fc.array(line), run), { numRuns: 1000 });
  });
});
