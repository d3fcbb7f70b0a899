import assert from 'node:assert/strict';
import { test } from 'node:test';
import { select } from '../src/test-files.ts';

const ALL = ['packages/journal/test/replay.test.ts', 'packages/kernel/test/ids.test.ts', 'packages/kernel/test/units.test.ts'];

test('without a word every test is chosen', () => {
  assert.deepEqual(select(ALL, []), { files: ALL, nodeArguments: [], unmatched: [] });
});

test('a folder chooses what lies under it, and not what merely begins like it', () => {
  assert.deepEqual(select(ALL, ['packages/kernel/']).files, ALL.slice(1));
  assert.deepEqual(select(ALL, ['packages/kern']).unmatched, ['packages/kern']);
});

test('a file chooses itself, and two names add up without doubles', () => {
  assert.deepEqual(select(ALL, ['./packages/kernel/test/ids.test.ts']).files, [ALL[1]]);
  assert.deepEqual(select(ALL, ['packages/kernel', 'packages/kernel/test/ids.test.ts']).files, ALL.slice(1));
});

test('options and their values go to node', () => {
  const { files, nodeArguments } = select(ALL, ['packages/journal', '--test-name-pattern', 'S2', '--test-only=true']);
  assert.deepEqual(files, [ALL[0]]);
  assert.deepEqual(nodeArguments, ['--test-name-pattern', 'S2', '--test-only=true']);
});

test('a name under which there is no test is reported, and does not choose everything', () => {
  assert.deepEqual(select(ALL, ['packages/nowhere']), { files: [], nodeArguments: [], unmatched: ['packages/nowhere'] });
});
