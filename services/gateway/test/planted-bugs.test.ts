import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const BROKEN = fileURLToPath(new URL('./planted/broken-services.ts', import.meta.url));

describe('the suites of the ports to other services', () => {
  it('planted bugs: each of eight broken services fails its suite, at the test that names the rule', async () => {
    const failures = await failingTests();
    assert.deepEqual(Object.fromEntries(failures), {
      'reservations that anybody reads': ['I10'],
      'reservations that anybody cancels': ['I10'],
      'reservations that forget keys': ['I7', 'I7'],
      'holds that end a millisecond early': ['I5'],
      'payments that anybody reads': ['I10'],
      'payments of any amount': ['refuses another'],
      'orders that anybody reads': ['I10'],
      'a catalogue that never counts down': ['I1'],
    });
  });
});

/** By broken service, how the names of the tests begin that failed. */
async function failingTests(): Promise<ReadonlyMap<string, readonly string[]>> {
  const failures = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of (await runBroken()).split('\n')) {
    const suite = /^# Subtest: planted: (.*) as the /.exec(line)?.[1];
    if (suite !== undefined) failures.set(suite, (current = []));
    const name = /^ {4}not ok \d+ - (.*)$/.exec(line)?.[1];
    if (name !== undefined) current.push(beginningOf(name));
  }
  return failures;
}

/** Its invariant, or its first two words. */
const beginningOf = (name: string): string => /^(?:I\d+|\w+ \w+)/.exec(name)?.[0] ?? name;

/** Without the variable by which a test run knows its children: this one must be a run of its own. */
function runBroken(): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--test', '--test-reporter=tap', '--test-isolation=none', BROKEN], { env: {} }, (_failed, stdout) => resolve(stdout));
  });
}
