import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RULES } from '../src/rules.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

test('the command prints each finding with its place and rule, and fails; with a path it speaks of that path only', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'tacos-tidy-'));
  t.after(() => rmSync(root, { recursive: true }));
  const run = (...words: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', env: { ...process.env, TACOS_ROOT: root } });
  writeFileSync(join(root, 'package.json'), '{ "name": "planted" }');
  assert.deepEqual([run().status, run().stdout], [0, `✔ 0 findings by ${RULES.length} rules in 1 files\n`]);
  writeFileSync(join(root, 'Notes.md'), '[a](b.md)\n');
  const found = run();
  assert.equal(found.status, 1);
  assert.match(
    String(found.stdout),
    /^Notes\.md:1: "Notes\.md": write it in kebab-case \[kebab-case\]\nNotes\.md:1: b\.md leads nowhere \[dead-links\]\n✖ 2 findings/,
  );
  assert.equal(run('docs/').status, 0);
});
