import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../src/soak/judge.ts';
import { soak, type SoakOptions } from '../src/soak/soak.ts';

/** `npm run soak` is the long one. */
const SHORT: SoakOptions = { minutes: 5, buyersPerSecond: 4, seed: 1, graceMs: 15_000 };
/** What is planted shows sooner. */
const SHORTER: SoakOptions = { ...SHORT, minutes: 4, buyersPerSecond: 3 };

test('memory is flat while buyers wait, hold, pay, are late, are refunded and go to the history, and the audit is green at the end', async () => {
  const { samples, ends, moved, problems } = await soak(SHORT);
  assert.deepEqual(problems, []);
  assert.equal(samples.length, 12);
  assert.ok(moved > 1_000, `${moved} rows went to the history`);
  for (const end of ['refused', 'walked away', 'changed their mind', 'never paid', 'declined', 'bought', 'bought and gave it back'] as const) assert.ok(ends.has(end), `nobody ${end}`);
  const most = new Map(samples.flatMap(({ rows }) => [...rows]));
  for (const table of ['inventory.holds', 'reservation', 'order', 'payment intent', 'webhook received', 'queue.places', 'event applied']) assert.ok((most.get(table) ?? 0) > 0, `${table} was never used`);
});

test('planted bug: four kilobytes of each buyer that stay for ever are found', async () => {
  const kept: string[][] = [];
  const { problems } = await soak({ ...SHORTER, withBuyer: (number) => void kept.push(Array.from({ length: 256 }, (_, at) => `buyer ${number} line ${at}`)) });
  assert.match(problems.join('\n'), /the heap grew/);
  assert.ok(kept.length > 0);
});

test('planted bug: a history that stands still is found', async () => {
  const { problems } = await soak({ ...SHORT, isHistoryStuck: true });
  for (const table of ['inventory.holds', 'reservation', 'payment intent']) assert.match(problems.join('\n'), new RegExp(`rows of ${table} grew`));
});

test('growth is seen in the heap, the resident set, the journal and the rows of any table, and a wave is no growth', () => {
  const sample = (heapBytes: number, rssBytes = 0, journalBytes = 0, rows = 0) => ({ atMs: 0, buyers: 0, heapBytes, rssBytes, journalBytes, rows: new Map([['t', rows]]) });
  const MIB = 2 ** 20;
  const grown = (last: ReturnType<typeof sample>) => judge([...Array.from({ length: 8 }, () => sample(0, 0, 0, 1_000)), sample(0, 0, 0, 1_000), last]);
  assert.deepEqual(grown(sample(2 * MIB, 32 * MIB, 8 * MIB, 1_300)), []);
  for (const [last, name] of [[sample(2 * MIB + 1), 'the heap'], [sample(0, 32 * MIB + 1), 'the resident set'], [sample(0, 0, 8 * MIB + 1), 'the journal'], [sample(0, 0, 0, 1_301), 'rows of t']] as const) {
    assert.match(grown(last).join(), new RegExp(`${name} grew`));
  }
});
