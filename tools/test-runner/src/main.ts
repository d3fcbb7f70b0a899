/**
 * `npm test [-- FILE|FOLDER… node options] [--coverage]`: runs every test of every workspace with node's own runner, each file in a
 * process of its own, and ends with the runner's summary and exit code.
 *
 * It adds two things to `node --test`: a process that outlives the run makes it fail, naming the file that left it; and with
 * `--coverage` the lines that ran are held against the floors of coverage.json, told before the runner's closing lines.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import config from '../coverage.json' with { type: 'json' };
import { ClosingLines } from './closing-lines.ts';
import { describeFloors, judgeFloors } from './coverage-floors.ts';
import { parseCoverage } from './coverage-reporter.ts';
import { describeLeftovers, leftovers } from '../../processes/src/leftovers.ts';
import { canSeeEnvironments } from '../../processes/src/marked-processes.ts';
import { select, testFiles } from './test-files.ts';

const RUN_VARIABLE = 'TACOS_TEST_RUN';
const LIMIT_OF_ONE_FILE_MS = 10 * 60 * 1000;
const here = import.meta.dirname;
const root = process.env['TACOS_ROOT'] ?? join(here, '..', '..', '..');

async function main(words: readonly string[]): Promise<number> {
  const withCoverage = words.includes('--coverage');
  const selection = select(
    testFiles(root),
    words.filter((word) => word !== '--coverage'),
  );
  if (selection.unmatched.length > 0 || selection.files.length === 0) {
    process.stderr.write(`No test file under: ${selection.unmatched.join(', ') || root}\nTests are <package>/test/**/*.test.ts.\n`);
    return 2;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tacos-tests-'));
  try {
    const coverageFile = withCoverage ? join(scratch, 'coverage.tsv') : undefined;
    const closing = new ClosingLines();
    const exitCode = await runNode([...runnerArguments(selection.nodeArguments, coverageFile), ...selection.files], withCoverage ? closing : undefined);
    const floorsMet = coverageFile === undefined || exitCode !== 0 || reportFloors(coverageFile);
    closing.print();
    return exitCode !== 0 ? exitCode : floorsMet ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function runnerArguments(own: readonly string[], coverageFile: string | undefined): readonly string[] {
  const concurrency = `--test-concurrency=${availableParallelism()}`;
  const words = ['--test', concurrency, `--test-timeout=${LIMIT_OF_ONE_FILE_MS}`, `--import=${join(here, 'mark-test-file.ts')}`];
  const reporter = own.some((word) => word.startsWith('--test-reporter'))
    ? []
    : ['--test-reporter=spec', '--test-reporter-destination=stdout'];
  return [...words, ...reporter, ...coverageArguments(coverageFile), ...own];
}

function coverageArguments(coverageFile: string | undefined): readonly string[] {
  if (coverageFile === undefined) return [];
  const globs = new Set(config.floors.flatMap((floor) => floor.include));
  return [
    '--experimental-test-coverage',
    '--test-coverage-include-all',
    ...Array.from(globs, (glob) => `--test-coverage-include=${glob}`),
    `--test-reporter=${join(here, 'coverage-reporter.ts')}`,
    `--test-reporter-destination=${coverageFile}`,
  ];
}

/** Runs node to its end, then looks for what it left. Answers its exit code, or 1 when something was left. Its closing lines go to `closing`, if given. */
async function runNode(words: readonly string[], closing?: ClosingLines): Promise<number> {
  const mark = randomUUID();
  const stdio = ['inherit', closing === undefined ? 'inherit' : 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, words, { cwd: root, stdio: [...stdio], env: { ...process.env, [RUN_VARIABLE]: mark } });
  if (child.stdout !== null && closing !== undefined) createInterface({ input: child.stdout }).on('line', (line) => closing.take(line));
  // Ctrl-C reaches the child by itself; this process stays to clean up after it.
  const stay = (): void => undefined;
  process.on('SIGINT', stay).on('SIGTERM', () => child.kill('SIGTERM'));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  if (!canSeeEnvironments) {
    process.stderr.write(`Processes left behind are not looked for on ${process.platform}.\n`);
    return exitCode;
  }
  const left = await leftovers(RUN_VARIABLE, mark);
  if (left.length > 0) process.stderr.write(`\n✖ ${describeLeftovers(left)}\n`);
  return exitCode === 0 && left.length > 0 ? 1 : exitCode;
}

function reportFloors(coverageFile: string): boolean {
  const reports = judgeFloors(config.floors, parseCoverage(readFileSync(coverageFile, 'utf8')), root);
  process.stdout.write(`\n${describeFloors(reports)}\n`);
  return reports.every((report) => report.isMet);
}

process.exitCode = await main(process.argv.slice(2));
