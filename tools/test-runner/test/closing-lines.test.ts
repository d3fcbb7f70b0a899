import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClosingLines } from '../src/closing-lines.ts';

test('the summary is kept back until it is asked for, everything else passes at once', () => {
  let written = '';
  const closing = new ClosingLines((text) => void (written += text));
  for (const line of ['✔ one', 'ℹ tests run slowly', 'ℹ tests 2', 'ℹ pass 2', 'ℹ start of coverage report', 'ℹ a.ts | 90', 'ℹ end of coverage report', '✖ failing tests:']) closing.take(line);
  assert.equal(written, '✔ one\nℹ tests run slowly\n');
  written += 'floors\n';
  closing.print();
  assert.equal(written, '✔ one\nℹ tests run slowly\nfloors\nℹ tests 2\nℹ pass 2\n✖ failing tests:\n');
  closing.print();
  assert.match(written, /failing tests:\n$/);
});
