import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { chooseSeats } from '../src/demo/choose-seats.ts';
import { describeFailure } from '../src/describe-failure.ts';
import { createProgram } from '../src/program.ts';
import { rightUsageOf } from '../src/right-usage.ts';
import { table } from '../src/terminal/table.ts';
import { settingsFor, tacos } from './support/tacos.ts';

const COMMANDS = ['up', 'demo', 'token', 'events', 'audit', 'doctor', 'backup', 'restore'];

describe('the command line', () => {
  it('shows every command with --help, on standard output', async () => {
    const { code, stdout } = await tacos(['--help'], {});
    assert.equal(code, 0);
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
  });

  it('shows every setting with up --help, its default and its range', async () => {
    const { code, stdout } = await tacos(['up', '--help'], {});
    assert.equal(code, 0);
    for (const shown of ['HOLD_SECONDS=60', 'TACOS_DATA_DIR=./data', 'SPRING_PROFILES_ACTIVE', '--cut <FILE:POS>']) assert.ok(stdout.includes(shown), shown);
  });

  const RIGHT: Readonly<Record<string, string>> = {
    'up --fast': 'npx tacos up --sample',
    'up --cut here': 'npx tacos up --sample',
    'demo --users 0': 'npx tacos demo --quick',
    'token --user u1 --role king': 'npx tacos token --user u123 --role organizer',
    'events': 'npx tacos events list',
    'events import': 'npx tacos events import my-events.json',
    'events list --url x': 'npx tacos events list --json',
    'dlq replay': 'npx tacos dlq replay --all',
    'token --user u1 --ttl abc': 'npx tacos token --user u123 --role organizer',
    'events show': 'npx tacos events show evt_2025_1001',
    'audit --all': 'npx tacos audit',
    'doctor please': 'npx tacos doctor',
    'backup': 'npx tacos backup ./backup-1',
    'restore': 'TACOS_DATA_DIR=./data npx tacos restore ./backup-1',
    'fly': 'npx tacos up --sample',
  };
  it('ends every complaint about wrong usage with a line that would have been right, which has the same command in it', async () => {
    for (const [words, right] of Object.entries(RIGHT)) {
      const { code, stderr } = await tacos(words.split(' '), settingsFor('nowhere'));
      assert.equal(code, 2, words);
      assert.ok(stderr.endsWith(`Right would be · 올바른 예: ${right}\n`), stderr);
    }
    const commands = createProgram(() => undefined).commands.flatMap((command) => [command.name(), ...command.commands.map((sub) => `${command.name()} ${sub.name()}`)]);
    const without = commands.filter((words) => !rightUsageOf([...words.split(' '), '--wrong']).includes(`npx tacos ${words}`));
    assert.deepEqual(without, [], 'every command has a line of its own');
  });

  it('ends a complaint about a slip of the pen with a line that has the command which was meant', async () => {
    for (const [words, right] of Object.entries({ 'evnts list': 'npx tacos events list', 'queue shw evt_1': 'npx tacos queue show evt_2025_1001', 'docter': 'npx tacos doctor' })) {
      const { code, stderr } = await tacos(words.split(' '), settingsFor('nowhere'));
      assert.equal(code, 2, words);
      assert.ok(stderr.endsWith(`Right would be · 올바른 예: ${right}\n`), stderr);
    }
  });

  it('takes help and -v for what they are elsewhere', async () => {
    assert.match((await tacos(['help'], {})).stdout, /^Usage: tacos/);
    assert.match((await tacos(['help', 'events', 'import'], {})).stdout, /^Usage: tacos events import[^]*docs\/guides\/organise-an-event\.md/);
    assert.match((await tacos(['-v'], {})).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('says of wrong settings what is wrong with them, and not how the command is called', async () => {
    const { code, stderr } = await tacos(['audit'], { ...settingsFor('nowhere'), HOLD_SECONDS: 'soon' });
    assert.equal(code, 2);
    assert.match(stderr, /HOLD_SECONDS must be a duration/);
    assert.doesNotMatch(stderr, /Right would be/);
  });

  for (const words of [['fly'], ['up', '--fast'], ['events'], ['events', 'import'], ['events', 'show'], ['backup'], ['restore'], []]) {
    it(`answers wrong usage with exit code 2 and prints no data: tacos ${words.join(' ')}`, async () => {
      const { code, stdout } = await tacos(words, {});
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  it('tells a fault of ours from everything else, with the trace that mends it', async () => {
    const { text, exitCode } = await describeFailure(new TypeError('x is not a function'));
    assert.equal(exitCode, 1);
    assert.match(text, /fault of Traffic Tacos[^]*TypeError: x is not a function\n +at /);
  });
});

describe('what is printed for people', () => {
  it('stands in columns, numbers to the right, Korean letters counted as the two columns that they take', () => {
    assert.equal(table(['a', 'b', 'c'], [['가나', 1, 'x'], ['abcd', 12_345, 'y']]), ['a          b  c', '가나       1  x', 'abcd  12,345  y'].join('\n'));
  });
});

describe('a buyer who looks at the map', () => {
  const map = (...states: readonly string[]) => ({ sections: [{ id: 'R', seats: states.map((row, at) => ({ row: String(at), from: 1, states: row })) }] });

  it('takes seats side by side where there are any, one where there is only one, none where all are gone', () => {
    const random = new SeededRandom(1);
    assert.deepEqual(chooseSeats(map('sfhf', 'bffs'), 2, random), ['R-1-2', 'R-1-3']);
    assert.deepEqual(chooseSeats(map('sshf'), 3, random), ['R-0-4']);
    assert.equal(chooseSeats(map('sshb'), 1, random), undefined);
  });

  it('wants the front rather than the back, and now and then the back', () => {
    const random = new SeededRandom(1);
    const rows = Array.from({ length: 1000 }, () => Number(chooseSeats(map('f', 'f', 'f', 'f'), 1, random)?.[0]?.split('-')[1]));
    const inFront = rows.filter((row) => row === 0).length;
    assert.ok(inFront > 400 && inFront < 600, `${inFront} of 1000 in the first of four rows`);
    assert.ok(rows.includes(3));
  });
});
