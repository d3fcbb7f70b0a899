import type { Example } from '../planted-tree.ts';

const lines = (count: number): string => '  work();\n'.repeat(count);

/** A function of `count` lines, its own first and last included. */
const longFunction = (name: string, count: number): string => `export function ${name}(): void {\n${lines(count - 2)}}\n`;

export const SIZE_AND_NAME_EXAMPLES: readonly Example[] = [
  {
    rule: 'function-length',
    shows: '70 lines pass, 71 do not, whatever kind of function they are in',
    files: {
      'packages/kit/src/edge.ts': longFunction('fits', 70),
      'packages/kit/src/over.ts': longFunction('over', 71),
      'packages/kit/src/arrow.ts': `export const over = (): void => {\n${lines(69)}};\n`,
      'packages/kit/src/method.ts': `export class A {\n  over(): void {\n${lines(69)}  }\n}\n`,
    },
    finds: ['packages/kit/src/over.ts:1', 'packages/kit/src/arrow.ts:1', 'packages/kit/src/method.ts:2'],
    says: /has 71 lines, 70 are allowed/,
  },
  {
    rule: 'function-length',
    shows: 'a listing of tests may be long, a single test is long code like any other',
    files: {
      'packages/kit/test/suite.test.ts': `describe('many', () => {\n${"  test('a', () => {\n    work();\n  });\n".repeat(40)}});\n`,
      'packages/kit/src/a-suite.ts': `export function suite(make: () => void): void { // one function per port\n${"  test('a', () => {\n    work();\n  });\n".repeat(30)}}\n`,
      'packages/kit/src/b.ts': `export function long(): void { // BAD\n  run(() => {\n${lines(70)}  });\n}\n`,
    },
    finds: ['packages/kit/src/b.ts:1', 'packages/kit/src/b.ts:2'],
  },
  {
    rule: 'file-length',
    shows: '400 lines pass, 401 do not, in tests too',
    files: {
      'packages/kit/src/edge.ts': 'a();\n'.repeat(400),
      'packages/kit/src/over.ts': 'a();\n'.repeat(401),
      'packages/kit/test/over.test.ts': 'a();\n'.repeat(401),
    },
    finds: ['packages/kit/src/over.ts:1', 'packages/kit/test/over.test.ts:1'],
    says: /401 lines, 400 are allowed/,
  },
  {
    rule: 'folder-depth',
    shows: 'five folders pass, six do not',
    files: { 'services/inventory/src/adapters/embedded/a.ts': '', 'services/inventory/src/adapters/embedded/rows/a.ts': '' },
    finds: ['services/inventory/src/adapters/embedded/rows/a.ts:1'],
  },
  {
    rule: 'kebab-case',
    shows: 'capitals and underscores are found, in folders too; what everybody looks for keeps its name',
    files: {
      'packages/kit/src/SeatMap.ts': '',
      'packages/kit/src/seat_map.ts': '',
      'packages/kit/src/Rows/a.ts': '',
      'packages/kit/src/seat-map.ts': '',
      'packages/kit/test/seat-map.test.ts': '',
      'README.md': '',
      '.github/pull_request_template.md': '',
      'docs/adr/0001-a-choice.md': '',
      'contracts/clients/java/purchase/SeatMap.java': '',
      'contracts/clients/java/purchase/Seat_map.java': '',
    },
    finds: [
      'packages/kit/src/SeatMap.ts:1',
      'packages/kit/src/seat_map.ts:1',
      'packages/kit/src/Rows/a.ts:1',
      'contracts/clients/java/purchase/Seat_map.java:1',
    ],
  },
  {
    rule: 'vague-names',
    shows: 'a folder, a file, or a part of its name that says nothing',
    files: {
      'packages/kit/src/utils/a.ts': '',
      'packages/kit/src/helpers.ts': '',
      'packages/kit/src/http-utils.ts': '',
      'packages/kit/src/commonly-asked.ts': '',
      'contracts/proto/common/v1/types.proto': '',
    },
    finds: ['packages/kit/src/utils/a.ts:1', 'packages/kit/src/helpers.ts:1', 'packages/kit/src/http-utils.ts:1'],
  },
];
