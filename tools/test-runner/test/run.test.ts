import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { markedProcesses } from '../../processes/src/marked-processes.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const PASSING = "import { test } from 'node:test';\ntest('holds', () => {});\n";
const FAILING = "import { test } from 'node:test';\ntest('breaks', () => { throw new RangeError('planted'); });\n";
const SCRATCH_MARK = 'TACOS_SCRATCH';

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  /** What a process that outlived the run carries in its environment. */
  readonly mark: string;
}

/** Runs the runner on a scratch workspace with these files. */
async function run(t: TestContext, files: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ended> {
  const root = await mkdtemp(join(tmpdir(), 'tacos-runner-'));
  t.after(() => rm(root, { recursive: true }));
  const all = { 'package.json': JSON.stringify({ type: 'module', workspaces: ['packages/*'] }), ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  // Inside a test node refuses to run tests, and would add the scratch files to the coverage of this run.
  const { NODE_TEST_CONTEXT: _context, NODE_V8_COVERAGE: _coverage, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN, ...words], { env: { ...env, TACOS_ROOT: root, [SCRATCH_MARK]: root } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, output, mark: root };
}

test('every test file of every workspace runs, and the summary stands at the end', async (t) => {
  const { exitCode, output } = await run(t, { 'packages/a/test/one.test.ts': PASSING, 'packages/b/test/deep/two.test.ts': PASSING });
  assert.equal(exitCode, 0);
  assert.match(output, /ℹ tests 2\n.*ℹ pass 2\nℹ fail 0\n.*ℹ duration_ms [\d.]+\n$/s);
});

test('a failing test makes the run fail', async (t) => {
  const { exitCode, output } = await run(t, { 'packages/a/test/one.test.ts': PASSING, 'packages/a/test/two.test.ts': FAILING });
  assert.equal(exitCode, 1);
  assert.match(output, /ℹ pass 1\nℹ fail 1\n/);
});

test('a folder behind -- runs alone, with the options given', async (t) => {
  const files = { 'packages/a/test/one.test.ts': FAILING, 'packages/b/test/two.test.ts': PASSING + FAILING.replace(/^.*\n/, '') };
  const { exitCode, output } = await run(t, files, 'packages/b', '--test-name-pattern', 'holds');
  assert.equal(exitCode, 0);
  assert.match(output, /ℹ tests 1\n/);
});

test('a folder without tests is an error of use, not a green run', async (t) => {
  const { exitCode, output } = await run(t, { 'packages/a/test/one.test.ts': PASSING }, 'packages/zzz');
  assert.equal(exitCode, 2);
  assert.match(output, /No test file under: packages\/zzz/);
});

test('a process that outlives its test makes the run fail, is named with its file, and is ended', async (t) => {
  const leaving = `${PASSING}import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref();\n`;
  const { exitCode, output, mark } = await run(t, { 'packages/a/test/leaves.test.ts': leaving });
  assert.equal(exitCode, 1);
  assert.match(output, /ℹ fail 0\n/);
  assert.match(output, /packages\/a\/test\/leaves\.test\.ts left a process behind, which was killed: \d+ .*setInterval/);
  assert.deepEqual(markedProcesses(SCRATCH_MARK, mark), []);
});

test('with --coverage a green run below a floor fails and says by how much', async (t) => {
  const files = {
    'packages/kernel/src/half.ts': 'export const used = (): number => 1;\nexport function unused(): number {\n  return 2;\n}\n',
    'packages/kernel/src/never.ts': 'export function never(): number {\n  return 3;\n}\n',
    'packages/kernel/test/half.test.ts': `${PASSING}import { used } from '../src/half.ts';\nused();\n`,
  };
  const { exitCode, output } = await run(t, files, '--coverage');
  assert.equal(exitCode, 1);
  assert.match(output, /✖ domains, kernel and journal: \d\d\.\d\d % of 7 lines in 2 files \(floor 95 %\)/);
  const met = await run(
    t,
    { ...files, 'packages/kernel/src/half.ts': 'export const used = (): number => 1;\n', 'packages/kernel/src/never.ts': '' },
    '--coverage',
  );
  assert.equal(met.exitCode, 0);
  assert.match(met.output, /✔ domains, kernel and journal: 100\.00 %/);
});
