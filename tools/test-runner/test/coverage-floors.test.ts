import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import config from '../coverage.json' with { type: 'json' };
import { describeFloors, judgeFloors } from '../src/coverage-floors.ts';
import { parseCoverage } from '../src/coverage-reporter.ts';

const FLOOR = { name: 'part', include: ['*.ts'], linesPercent: 95 };

async function folderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacos-floors-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test('a floor is met at its edge and missed one line below it', async (t) => {
  const folder = await folderOf(t, { 'a.ts': 'export const a = 1;\n' });
  const judged = (covered: number): boolean | undefined =>
    judgeFloors([FLOOR], [{ path: join(folder, 'a.ts'), lines: 100, covered }], folder)[0]?.isMet;
  assert.equal(judged(95), true);
  assert.equal(judged(94), false);
});

test('a file of nothing but types does not count, one with a single statement does', async (t) => {
  const types = "/** Says\nwhy. */\nimport type { B } from './b.ts';\n\nexport interface A {\n  readonly b: B;\n}\nexport type C = A;\n";
  const folder = await folderOf(t, { 'types.ts': types, 'code.ts': `${types}export const one = 1;\n` });
  const measured = ['types.ts', 'code.ts'].map((name) => ({ path: join(folder, name), lines: 10, covered: 0 }));
  assert.equal(judgeFloors([FLOOR], measured, folder)[0]?.files, 1);
});

test('a missed floor names the files that cost most', async (t) => {
  const folder = await folderOf(t, { 'a.ts': 'a();', 'b.ts': 'b();' });
  const measured = [
    { path: join(folder, 'a.ts'), lines: 10, covered: 9 },
    { path: join(folder, 'b.ts'), lines: 20, covered: 0 },
  ];
  const lines = describeFloors(judgeFloors([FLOOR], measured, folder)).split('\n');
  assert.match(lines[0] ?? '', /^✖ part: 30\.00 % of 30 lines in 2 files \(floor 95 %\)$/);
  assert.match(lines[1] ?? '', /20 lines not run in b\.ts/);
});

test('the floors are those of the guarantees: 95 % for what decides and remembers, 80 % for the whole', () => {
  assert.deepEqual(
    config.floors.map((floor) => floor.linesPercent),
    [95, 80],
  );
  assert.deepEqual(config.floors[0]?.include, [
    'services/*/src/domain/**/*.ts',
    'packages/kernel/src/**/*.ts',
    'packages/journal/src/**/*.ts',
  ]);
});

test('what the reporter writes is read back, whatever the path', () => {
  assert.deepEqual(parseCoverage('3\t4\tsome folder/a\tb.ts\n'), [{ path: 'some folder/a\tb.ts', lines: 4, covered: 3 }]);
});
