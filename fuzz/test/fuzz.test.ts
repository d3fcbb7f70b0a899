import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeReport } from '../src/describe.ts';
import { fuzz } from '../src/fuzz.ts';

const CASES = 20_000;
const WITHIN_MS = 15_000;
/** On a machine that does other work as well. */
const AT_LEAST = 500;
/** So many cases give every answer that any may. */
const ENOUGH = 5_000;

test('S18, S19, S20: fresh cases over every route and RPC find no 5xx, no leak, nothing of others, and lose nothing', async () => {
  const report = await fuzz({ cases: CASES, seed: Date.now() % 2 ** 31, only: 'both', withinMs: WITHIN_MS, logLevel: 'debug' });
  const text = describeReport(report, 'both');
  assert.equal(report.found, undefined, text);
  assert.ok(report.cases >= AT_LEAST, text);
  if (report.cases < ENOUGH) return;
  for (const answer of ['200', '201', '400', '401', '403', '404', '405', '409', '412', '415', '431', 'grpc 0', 'grpc 3', 'grpc 7', 'grpc 16']) {
    assert.ok(report.answers.has(answer), `nothing was answered ${answer}:\n${text}`);
  }
});
