import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { missingTests, namedTests } from './named-tests.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = 'docs/reference';
const PAGE = readFileSync(join(ROOT, FOLDER, 'limits.md'), 'utf8');

/** The limits of each row that names a test. */
const limitsIn = (page: string): readonly string[] =>
  page.split('\n').flatMap((line) => (line.startsWith('| `') && line.includes('“') ? [...(line.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name) : []));

test('every limit has a row that names the test at its edge, and nothing else has one', () => {
  assert.deepEqual(limitsIn(PAGE).toSorted(), Object.keys(DEFAULT_LIMITS).toSorted());
});

test('every test that the page of limits names is there', () => {
  assert.deepEqual(missingTests(ROOT, namedTests(PAGE, FOLDER)), []);
});

test('a limit whose row names no test counts as missing', () => {
  assert.deepEqual(limitsIn('| `a`, `b` | refused | [x](./x.ts) “a” |\n| `c` | refused | none |'), ['a', 'b']);
});
