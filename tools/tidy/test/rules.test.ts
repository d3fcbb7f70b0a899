import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Compiler } from '../src/compiler.ts';
import { RULES } from '../src/rules.ts';
import { ERROR_EXAMPLES } from './examples/errors.ts';
import { IMPORT_EXAMPLES } from './examples/imports.ts';
import { LEFTOVER_EXAMPLES } from './examples/leftovers.ts';
import { REACH_EXAMPLES } from './examples/reach.ts';
import { SIZE_AND_NAME_EXAMPLES } from './examples/size-and-names.ts';
import { TEST_EXAMPLES } from './examples/tests.ts';
import { TYPE_EXAMPLES } from './examples/types.ts';
import { UNUSED_EXAMPLES } from './examples/unused.ts';
import { expectedIn, findingsIn } from './planted-tree.ts';

const EXAMPLES = [
  ...SIZE_AND_NAME_EXAMPLES,
  ...IMPORT_EXAMPLES,
  ...REACH_EXAMPLES,
  ...TYPE_EXAMPLES,
  ...ERROR_EXAMPLES,
  ...TEST_EXAMPLES,
  ...UNUSED_EXAMPLES,
  ...LEFTOVER_EXAMPLES,
];
const compiler = new Compiler();
after(() => compiler.close());

for (const example of EXAMPLES) {
  test(`${example.rule}: ${example.shows}`, () => {
    const rule = RULES.find(({ name }) => name === example.rule);
    assert.ok(rule, 'no such rule');
    const { at, messages } = findingsIn(example, rule, compiler);
    assert.deepEqual(at, expectedIn(example));
    for (const message of messages) assert.match(message, example.says ?? /./);
  });
}

test('every rule is shown to fire by a planted example', () => {
  const shown = new Set(EXAMPLES.filter((example) => expectedIn(example).length > 0).map(({ rule }) => rule));
  assert.deepEqual(
    RULES.map(({ name }) => name).filter((name) => !shown.has(name)),
    [],
  );
});

test('every rule has a file of its name, and every file there is a rule', () => {
  const files = readdirSync(join(import.meta.dirname, '..', 'src', 'rules')).map((file) => file.replace(/\.ts$/, ''));
  assert.deepEqual(files.sort(), RULES.map(({ name }) => name).sort());
});

test('every rule is named in STYLE.md, and no other is', () => {
  const style = readFileSync(join(import.meta.dirname, '..', '..', '..', 'STYLE.md'), 'utf8');
  const named = [...style.matchAll(/\[`([a-z-]+)`\]/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), RULES.map(({ name }) => name).sort());
});
