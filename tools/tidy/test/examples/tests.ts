import type { Example } from '../planted-tree.ts';

export const TEST_EXAMPLES: readonly Example[] = [
  {
    rule: 'focused-tests',
    shows: 'every way to leave a test out, or to run one alone',
    files: {
      'packages/kit/test/a.test.ts': [
        "test.only('a', () => {}); // BAD",
        "test.skip('a', () => {}); // BAD",
        "it.todo('a'); // BAD",
        "describe.only('a', () => {}); // BAD",
        "test('a', { skip: true }, () => {}); // BAD",
        "test('a', { skip: process.platform === 'win32' }, () => {}); // BAD",
        "test('a', { only: true }, () => {}); // BAD",
        "test('a', (t) => {",
        '  t.skip(); // BAD',
        '});',
        "test('a', { timeout: 5 }, () => {});",
        "test('a', { skip: false }, () => {});",
        'rows.skip(2).map((row) => row.only);',
      ].join('\n'),
    },
  },
  {
    rule: 'sleeping-tests',
    shows: 'every way to wait for time to pass; a limit on something that may hang is none',
    files: {
      'packages/kit/test/a.test.ts': [
        "import { setTimeout as sleep } from 'node:timers/promises'; // BAD",
        'await new Promise((resolve) => setTimeout(resolve, 50)); // BAD',
        'await new Promise<void>((done) => {',
        '  setTimeout(done, 50); // BAD',
        '});',
        'await new Promise((go) => setTimeout(() => go(1), 50)); // BAD',
        "const limit = new Promise((_, reject) => setTimeout(() => reject(new RangeError('late')), 50));",
        'const timer = setTimeout(() => child.kill(), 5000);',
      ].join('\n'),
      'packages/kit/src/retry.ts': "import { setTimeout as sleep } from 'node:timers/promises';\n",
    },
  },
  {
    rule: 'mocks',
    shows: "the runner's mocks, its own or the context's; its timers stand in for nothing of ours",
    files: {
      'packages/kit/test/a.test.ts': [
        "import { mock, test } from 'node:test';",
        "mock.method(a, 'b'); // BAD",
        "mock.module('../src/a.ts', {}); // BAD",
        'export const spy = mock.fn(); // BAD',
        "test('a', (t) => {",
        "  t.mock.method(a, 'b'); // BAD",
        "  t.mock.timers.enable({ apis: ['setTimeout'] });",
        '});',
      ].join('\n'),
    },
    says: /embedded adapter/,
  },
];
