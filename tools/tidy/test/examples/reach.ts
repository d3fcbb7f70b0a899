import type { Example } from '../planted-tree.ts';

export const REACH_EXAMPLES: readonly Example[] = [
  {
    rule: 'wall-clock',
    shows: 'every way to ask what time it is, outside the clocks',
    files: {
      'services/inventory/src/domain/a.ts': [
        'export const a = Date.now(); // BAD',
        'export const b = new Date(); // BAD',
        'export const c = performance.now(); // BAD',
        'export const d = process.hrtime.bigint(); // BAD',
        'export const e = globalThis.Date.now(); // BAD',
        "import { performance as p } from 'node:perf_hooks'; // BAD",
        'export const fine = (atMs: number): string => new Date(atMs).toISOString();',
      ].join('\n'),
      'packages/kit/src/time/system-time.ts': 'export const now = (): number => Date.now();\n',
      'services/inventory/test/a.test.ts': 'const startedAt = Date.now();\n',
    },
    says: /take a Clock/,
  },
  {
    rule: 'randomness',
    shows: 'every way to draw a number, outside the sources',
    files: {
      'services/inventory/src/domain/a.ts': 'export const a = Math.random(); // BAD\nexport const b = crypto.randomUUID(); // BAD\n',
      'packages/kit/src/a.ts': "import { createHash, randomBytes } from 'node:crypto'; // BAD\n",
      'packages/kit/src/b.ts': "import { createHash } from 'node:crypto';\n",
      'packages/kit/src/time/pooled-random.ts': "import { randomFillSync } from 'node:crypto';\n",
    },
    says: /take a Random/,
  },
  {
    rule: 'environment',
    shows: 'the environment is read in a config only',
    files: {
      'services/inventory/src/a.ts': "export const a = process.env['PORT']; // BAD\nimport { env } from 'node:process'; // BAD\n",
      'apps/platform/src/config/read.ts': 'export const read = (): unknown => process.env;\n',
      'packages/kit/test/a.test.ts': 'export const a = process.env.HOME;\n',
    },
  },
  {
    rule: 'console',
    shows: 'packages and services do not print; a tool may',
    files: {
      'services/inventory/src/a.ts': "console.log('a'); // BAD\nprocess.stdout.write('a'); // BAD\n",
      'packages/kit/src/a.ts': 'console.error(1); // BAD\n',
      'packages/kit/test/a.test.ts': 'console.log(1);\n',
      'tools/a/src/a.ts': 'console.log(1);\n',
    },
  },
  {
    rule: 'timers-in-domain',
    shows: 'a domain waits for nothing',
    files: {
      'services/inventory/src/domain/a.ts':
        "setTimeout(() => 1, 5); // BAD\nglobalThis.setInterval(() => 1, 5); // BAD\nimport { setTimeout as sleep } from 'node:timers/promises'; // BAD\n",
      'services/inventory/src/adapters/embedded/sweeper.ts': 'setTimeout(() => 1, 5);\n',
    },
    says: /take `now` as an argument/,
  },
];
