import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingTests, namedTests } from './named-tests.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = 'docs/reference';
const PAGE = readFileSync(join(ROOT, FOLDER, 'guarantees.md'), 'utf8');

test('every test that the page of guarantees names is there', () => {
  const named = namedTests(PAGE, FOLDER);
  assert.ok(named.length > 50, `the page is read: ${named.length} names`);
  assert.deepEqual(missingTests(ROOT, named), []);
});

test('every guarantee and scenario has a row', () => {
  const rows = [...PAGE.matchAll(/^\| ((?:[IS]\d+(?:, )?)+)/gm)].flatMap(([, ids = '']) => ids.split(', '));
  const wanted = [...Array.from({ length: 10 }, (_, i) => `I${i + 1}`), ...Array.from({ length: 26 }, (_, i) => `S${i + 1}`)];
  assert.deepEqual(rows, wanted);
});

test('a name without a test, a file that is gone, and a name that only a comment has are found', () => {
  const tables = '../../services/inventory/test/tables/time.txt';
  const page = [
    `| S10 | [time](${tables}) “S10: no wake-up ever comes”, “S10: never was” |`,
    '| S11 | [gone](../../services/worker/test/webhook.test.ts) “S11” |',
    '| S12 | [judge](../../services/inventory/src/domain/judge.ts) “The hold contract” |',
  ].join('\n');
  const missing = missingTests(ROOT, namedTests(page, FOLDER)).map(({ name }) => name);
  assert.deepEqual(missing, ['S10: never was', 'S11', 'The hold contract']);
});
