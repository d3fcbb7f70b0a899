import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Compiler } from '../src/compiler.ts';
import { RULES } from '../src/rules.ts';
import { describeFinding, tidy } from '../src/tidy.ts';
import { loadTree } from '../src/tree.ts';

test('the tree is tidy', () => {
  const compiler = new Compiler();
  try {
    const findings = tidy(loadTree(join(import.meta.dirname, '..', '..', '..'), compiler), RULES);
    if (findings.length > 0) assert.fail(`${findings.length} findings\n${findings.map(describeFinding).join('\n')}`);
  } finally {
    compiler.close();
  }
});
