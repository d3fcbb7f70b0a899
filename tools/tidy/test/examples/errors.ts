import type { Example } from '../planted-tree.ts';

export const ERROR_EXAMPLES: readonly Example[] = [
  {
    rule: 'empty-catch',
    shows: 'an error that vanishes, with a comment or without',
    files: {
      'packages/kit/src/a.ts': [
        'declare function f(): Promise<void>;',
        'export async function a(): Promise<boolean> {',
        '  try {',
        '    await f();',
        '  } catch {} // BAD',
        '  try {',
        '    await f();',
        '  } catch { // BAD',
        '    // not our business',
        '  }',
        '  try {',
        '    await f();',
        '  } catch {',
        '    return false;',
        '  }',
        '  await f().catch(() => {}); // BAD',
        '  await f().catch(() => undefined);',
        '  return true;',
        '}',
      ].join('\n'),
    },
  },
  {
    rule: 'unnamed-errors',
    shows: 'a nameless error in a service or package; a named class and a test pass',
    files: {
      'services/inventory/src/a.ts':
        "export function a(): never {\n  throw new Error('sold'); // BAD\n}\nexport function b(): never {\n  throw new RangeError('named');\n}\n",
      'packages/kit/src/a.ts': "export const a = (): never => {\n  throw new Error('x'); // BAD\n};\n",
      'packages/kit/test/a.test.ts': "throw new Error('planted');\n",
      'apps/platform/src/a.ts': "throw new Error('x');\n",
    },
  },
];
