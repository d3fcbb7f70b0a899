import type { Example } from '../planted-tree.ts';

export const TYPE_EXAMPLES: readonly Example[] = [
  {
    rule: 'no-any',
    shows: 'any, however deep in a type; the word in a text is no type',
    files: {
      'packages/kit/src/a.ts':
        "export const a: any = 1; // BAD\nexport type B = Map<string, any[]>; // BAD\nexport const c = 'any';\nexport const d: unknown = 1;\n",
    },
  },
  {
    rule: 'no-non-null',
    shows: 'a promise of existence; a negation is none',
    files: { 'packages/kit/test/a.test.ts': 'const list: string[] = [];\nexport const a = list[0]!; // BAD\nexport const b = !list[0];\n' },
  },
  {
    rule: 'double-cast',
    shows: 'a cast of a cast, with or without parentheses',
    files: {
      'packages/kit/src/a.ts':
        "export const a = 'x' as unknown as number; // BAD\nexport const b = ('x' as unknown) as number; // BAD\nexport const c = 'x' as const;\n",
    },
  },
  {
    rule: 'parsed-input',
    shows: 'what JSON.parse answers stays unknown until it is checked',
    files: {
      'packages/kit/src/a.ts': [
        'interface Command { readonly id: string }',
        'declare function check(value: unknown): Command;',
        'declare function believe(value: Command): Command;',
        'declare const response: { json(): Promise<any> };',
        'declare const request: { readonly body: unknown };',
        'export const a = JSON.parse("{}") as Command; // BAD',
        'export const b: Command = JSON.parse("{}"); // BAD',
        'export const c = JSON.parse("{}").id; // BAD',
        'export const d = (await response.json()) as Command; // BAD',
        'export const e = request.body as Command; // BAD',
        'export const f = believe(JSON.parse("{}")); // BAD',
        'export const g: unknown = JSON.parse("{}");',
        'export const h = check(JSON.parse("{}"));',
        'export const i = JSON.parse("{}") as unknown;',
        'export const j = (): unknown => JSON.parse("{}");',
        'export const k: unknown = await response.json();',
      ].join('\n'),
      'packages/kit/test/a.test.ts': 'export const a = JSON.parse("{}").id;\n',
    },
  },
  {
    rule: 'silenced-compiler',
    shows: 'a finding that is hidden; an expected error is no hiding',
    files: {
      'packages/kit/src/a.ts':
        '// @ts-ignore BAD\nexport const a: number = "x";\n// @ts-expect-error: shown to be refused\nexport const b: number = "x";\nexport const c = "@ts-ignore";\n',
    },
  },
  {
    rule: 'floating-promises',
    shows: 'a promise that nobody waits for, whatever made it',
    files: {
      'packages/kit/src/a.ts': [
        'declare function send(): Promise<void>;',
        'declare const maybe: (() => Promise<void> | undefined);',
        'declare function log(): void;',
        'export async function f(): Promise<void> {',
        '  send(); // BAD',
        '  maybe(); // BAD',
        '  send().then(log); // BAD',
        '  send().finally(log); // BAD',
        '  await send();',
        '  log();',
        '  send().catch(log);',
        '  send().then(log, log);',
        '  void send().catch(log);',
        '  const later = send();',
        '  await later;',
        '}',
      ].join('\n'),
    },
  },
  {
    rule: 'floating-promises',
    shows: 'an async function handed to something that does not wait; a test is waited for, one inside another is not',
    files: {
      'packages/kit/test/a.test.ts': [
        'declare function every(ms: number, work: () => void): void;',
        'declare function waits(work: () => void | Promise<void>): void;',
        'interface Context { test(name: string, body: () => void): Promise<void> }',
        'declare function test(name: string, body: (t: Context) => void | Promise<void>): Promise<void>;',
        'every(5, async () => {}); // BAD',
        'every(5, () => {});',
        'waits(async () => {});',
        "test('a', (t) => {",
        "  t.test('inside', () => {}); // BAD",
        '});',
      ].join('\n'),
    },
  },
];
