import type { Example } from '../planted-tree.ts';

export const IMPORT_EXAMPLES: readonly Example[] = [
  {
    rule: 'import-direction',
    shows: 'a service never imports a service, not even for a type or in a test',
    files: {
      'services/inventory/src/a.ts': "import { pay } from '@x/payment'; // BAD\nimport { b } from '@x/kernel';\n",
      'services/inventory/src/b.ts': "import type { Pay } from '@x/payment'; // BAD\n",
      'services/inventory/src/c.ts': "export type Pay = import('@x/payment').Pay; // BAD\n",
      'services/inventory/src/d.ts': "export const pay = await import('@x/payment'); // BAD\n",
      'services/inventory/test/a.test.ts': "import { pay } from '@x/payment'; // BAD\n",
      'apps/platform/src/a.ts': "import { pay } from '@x/payment';\n",
    },
    says: /a service imports @x\/payment: it may import packages, contracts/,
  },
  {
    rule: 'import-direction',
    shows: 'a domain takes the kernel and itself, and nothing else',
    files: {
      'services/inventory/src/domain/a.ts': [
        "import { kernel } from '@x/kernel';",
        "import { b } from './b.ts';",
        "import { kit } from '@x/kit'; // BAD",
        "import { readFileSync } from 'node:fs'; // BAD",
        "import dayjs from 'dayjs'; // BAD",
        "import { store } from '../ports/store.ts'; // BAD",
        "export { own } from '@x/inventory'; // BAD",
      ].join('\n'),
      'services/inventory/src/domain/b.ts': '',
      'services/inventory/src/ports/store.ts': "import { a } from '../domain/a.ts';\n",
    },
    says: /^a domain imports/,
  },
  {
    rule: 'import-direction',
    shows: 'the kernel imports nothing, a package only the kernel, nobody an app',
    files: {
      'packages/kernel/src/a.ts':
        "import { randomBytes } from 'node:crypto'; // BAD\nimport { kit } from '@x/kit'; // BAD\nimport { b } from './b.ts';\n",
      'packages/kernel/test/a.test.ts': "import { test } from 'node:test';\nimport { a } from '../src/a.ts';\n",
      'packages/kit/src/a.ts': "import { a } from '@x/kernel';\nimport fastify from 'fastify';\nimport { i } from '@x/inventory'; // BAD\n",
      'services/inventory/src/a.ts': "import { p } from '@x/platform'; // BAD\n",
    },
  },
  {
    rule: 'import-direction',
    shows: 'a tool imports nothing of the tree; the one that makes pages from code takes packages, services and the platform, and no other app',
    files: {
      'apps/cli/package.json': '{"name":"@x/cli"}',
      'tools/tidy/src/a.ts': "import { kit } from '@x/kit'; // BAD\n",
      'tools/codegen/src/a.ts': "import { kit } from '@x/kit';\nimport { pay } from '@x/payment';\nimport { p } from '@x/platform';\nimport { c } from '@x/cli'; // BAD\n",
    },
  },
  {
    rule: 'relative-imports',
    shows: 'a path that leaves the package is found, one inside it is not',
    files: {
      'services/inventory/src/a.ts': "import { k } from '../../../packages/kernel/src/ids.ts'; // BAD\nimport { b } from './b.ts';\n",
      'services/inventory/test/a.test.ts': "import { a } from '../src/a.ts';\n",
      'packages/kernel/src/ids.ts': '',
    },
    says: /import @x\/kernel by its name/,
  },
  {
    rule: 'undeclared-dependencies',
    shows: "a package that only another one's package.json lists; tests may use what the root lists for development",
    files: {
      'services/payment/src/a.ts':
        "import { kit } from '@x/kit'; // BAD\nimport fastify from 'fastify'; // BAD\nimport check from 'fast-check'; // BAD\nimport { k } from '@x/kernel';\nimport { readFileSync } from 'node:fs';\n",
      'services/payment/test/a.test.ts':
        "import check from 'fast-check';\nimport { own } from '@x/payment';\nimport { kit } from '@x/kit/testing'; // BAD\n",
    },
    says: /is not among the dependencies of services\/payment\/package\.json/,
  },
  {
    rule: 'sdk-types',
    shows: 'an SDK is spoken of in its adapter only',
    files: {
      'services/inventory/src/ports/seats.ts': "import type { AttributeValue } from '@aws-sdk/client-dynamodb'; // BAD\n",
      'services/inventory/src/application/hold.ts':
        "import type { FastifyRequest } from 'fastify'; // BAD\nimport { DatabaseSync } from 'node:sqlite'; // BAD\n",
      'services/inventory/src/adapters/dynamodb/seats.ts': "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\n",
      'services/inventory/src/api/rest/hold.ts': "import type { FastifyRequest } from 'fastify';\n",
      'packages/kit/src/http/server.ts': "import fastify from 'fastify';\n",
    },
  },
  {
    rule: 'default-exports',
    shows: 'every way to write one',
    files: {
      'packages/kit/src/a.ts': 'export default 1; // BAD\n',
      'packages/kit/src/b.ts': 'export default function b(): void {} // BAD\n',
      'packages/kit/src/c.ts': 'const c = 1;\nexport { c as default }; // BAD\n',
      'packages/kit/src/d.ts':
        "import d from 'd';\nexport function d2(x: number): number {\n  switch (x) {\n    default:\n      return d;\n  }\n}\n",
    },
  },
  {
    rule: 'barrels',
    shows: 'a file that only passes on, and export *; an entry may pass on by name',
    files: {
      'packages/kit/src/http/index.ts': "export { a } from './a.ts';\nexport { b } from './b.ts';\n",
      'packages/kit/src/index.ts': "export { a } from './http/a.ts';\nexport * from './http/b.ts'; // BAD\n",
      'packages/kit/src/http/mixed.ts': "export { a } from './a.ts';\nexport const c = 1;\n",
    },
    finds: ['packages/kit/src/http/index.ts:1', 'packages/kit/src/index.ts:2'],
  },
  {
    rule: 'module-state',
    shows: 'what a module could remember between two platforms in one process',
    files: {
      'services/inventory/src/a.ts': [
        'let counter = 0; // BAD',
        'export const seen = new Set<string>(); // BAD',
        'const waiting: string[] = []; // BAD',
        "const KNOWN = new Set(['a']);",
        'const NONE: readonly string[] = [];',
        'const NO_SEATS: ReadonlyMap<string, number> = new Map();',
        'const LIMIT = 10;',
        'export function f(): Map<string, number> {',
        '  let inside = 0;',
        '  return new Map([[String(counter), inside++]]);',
        '}',
      ].join('\n'),
      'services/inventory/test/a.test.ts': 'let shared = 0;\n',
    },
  },
];
