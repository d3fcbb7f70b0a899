import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Names of tests that a page gives, each in quotes behind a link to its file. */
function namedTests(page: string): readonly { readonly file: string; readonly name: string }[] {
  return [...page.matchAll(/\]\(([^)\s]+\.test\.ts)\) “([^”]+)”/g)].map(([, file = '', name = '']) => ({ file, name }));
}

/** Sources escape quotes in names. */
const missingIn = (named: ReturnType<typeof namedTests>): readonly string[] =>
  named.filter(({ file, name }) => !readFileSync(join(ROOT, file), 'utf8').replaceAll("\\'", "'").includes(name)).map(({ name }) => name);

test('every test that README.md names as the proof of a guarantee is there', () => {
  const named = namedTests(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  assert.ok(named.length >= 10, `the page is read: ${named.length} names`);
  assert.deepEqual(missingIn(named), []);
});

test('a name that no test has is found', () => {
  const page = '[readme](apps/cli/test/readme.test.ts) “a name that no test has is found”; [up](apps/cli/test/up.test.ts) “S1: never was”';
  assert.deepEqual(missingIn(namedTests(page)), ['S1: never was']);
});
