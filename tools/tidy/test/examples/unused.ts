import type { Example } from '../planted-tree.ts';

export const UNUSED_EXAMPLES: readonly Example[] = [
  {
    rule: 'unused-files',
    shows: 'a file that nothing leads to, or tests only; imports, package.json and names in texts lead',
    files: {
      'packages/kernel/src/index.ts': "export { a } from './a.ts';\n",
      'packages/kernel/src/a.ts': "export const a = new URL('./worker.ts', import.meta.url);\n",
      'packages/kernel/src/worker.ts': "import type { T } from './types.ts';\n",
      'packages/kernel/src/types.ts': 'export type T = 1;\n',
      'packages/kernel/src/forgotten.ts': "import { a } from './a.ts';\n",
      'packages/kernel/src/tested.ts': 'export const tested = 1;\n',
      'packages/kernel/test/a.test.ts': "import { tested } from '../src/tested.ts';\nimport { rows } from './rows.ts';\n",
      'packages/kernel/test/rows.ts': 'export const rows = 1;\n',
      'packages/kernel/test/forgotten-rows.ts': 'export const rows = 1;\n',
    },
    finds: ['packages/kernel/src/forgotten.ts:1', 'packages/kernel/src/tested.ts:1', 'packages/kernel/test/forgotten-rows.ts:1'],
  },
  {
    rule: 'unused-exports',
    shows: 'a name that nobody imports, followed through entries; a type that the file needs itself may be exported',
    files: {
      'packages/kernel/src/index.ts': "export { a, unasked, forTests } from './a.ts';\nexport type { Shape } from './a.ts';\n",
      'packages/kernel/src/a.ts': [
        'export const a = (options: Options): number => options.size + own;',
        'export const own = 1; // BAD',
        'export const unasked = 2; // BAD',
        'export function dead(): void {} // BAD',
        'export interface Options { readonly size: number }',
        'export interface Shape { readonly sides: number }',
        'export interface Nothing { readonly n: number } // BAD',
        'export const tested = 3; // BAD',
        'export const forTests = 4;',
      ].join('\n'),
      'packages/kernel/test/a.test.ts': "import { tested } from '../src/a.ts';\n",
      'services/inventory/test/a.test.ts': "import { forTests } from '@x/kernel';\n",
      'services/inventory/src/index.ts': "import { a } from '@x/kernel';\nexport const useful = a({ size: 1 });\n",
      'apps/platform/src/index.ts': "import type { Shape } from '@x/kernel';\nimport * as inventory from '@x/inventory';\n",
    },
  },
  {
    rule: 'unchecked-files',
    shows: 'what the compiler does not see, and JavaScript outside the few places that need it',
    files: {
      'packages/kit/src/a.ts': '',
      'packages/kit/scripts/a.ts': '',
      'packages/kit/src/b.mjs': '',
      'tools/bootstrap/bootstrap.mjs': '',
      'apps/platform/bin/start.mjs': '',
    },
    finds: ['packages/kit/scripts/a.ts:1', 'packages/kit/src/b.mjs:1'],
  },
];
