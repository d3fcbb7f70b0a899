import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Compiler } from '../src/compiler.ts';
import type { Rule } from '../src/rule.ts';
import { tidy } from '../src/tidy.ts';
import { loadTree } from '../src/tree.ts';

/** A small tree, and what a rule must find in it: that, and nothing else. */
export interface Example {
  readonly rule: string;
  /** What the example shows. */
  readonly shows: string;
  /** From a path to the file's text. A line that must be found ends with the word BAD in a comment. */
  readonly files: Readonly<Record<string, string>>;
  /** `path:line`, sorted; in place of the marks, where a mark cannot be written. */
  readonly finds?: readonly string[];
  /** What the message of every finding must say. */
  readonly says?: RegExp;
}

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name: `@x/${name}`, type: 'module', exports: { '.': './src/index.ts' }, ...more });

/** Stands under every example: a workspace with three packages, two services and an app. */
const GROUND: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'planted', type: 'module', devDependencies: { 'fast-check': '1.0.0' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'nodenext', target: 'esnext', lib: ['esnext'], types: [], noEmit: true, allowImportingTsExtensions: true },
    include: [
      'packages/*/src',
      'packages/*/test',
      'services/*/src',
      'services/*/test',
      'apps/*/src',
      'bench/src',
      'tools/*/src',
      'tools/*/test',
    ],
  }),
  'packages/kernel/package.json': manifest('kernel'),
  'packages/kit/package.json': manifest('kit', { dependencies: { '@x/kernel': '1.0.0', fastify: '5.0.0' } }),
  'services/inventory/package.json': manifest('inventory', { dependencies: { '@x/kernel': '1.0.0', '@x/kit': '1.0.0' } }),
  'services/payment/package.json': manifest('payment', { dependencies: { '@x/kernel': '1.0.0' } }),
  'apps/platform/package.json': manifest('platform', { dependencies: { '@x/inventory': '1.0.0', '@x/kernel': '1.0.0' } }),
};

/** What the rule finds in the example's tree, as `path:line`, and the messages. */
export function findingsIn(
  example: Example,
  rule: Rule,
  compiler: Compiler,
): { readonly at: readonly string[]; readonly messages: readonly string[] } {
  const root = mkdtempSync(join(tmpdir(), 'tacos-tidy-'));
  try {
    for (const [path, text] of Object.entries({ ...GROUND, ...example.files })) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const findings = tidy(loadTree(root, compiler), [rule]);
    return { at: findings.map(({ path, line }) => `${path}:${line}`).sort(), messages: findings.map(({ message }) => message) };
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Where the example says that something must be found. */
export function expectedIn({ files, finds }: Example): readonly string[] {
  if (finds !== undefined) return [...finds].sort();
  return Object.entries(files)
    .flatMap(([path, text]) => text.split('\n').flatMap((line, at) => (/\bBAD\b/.test(line) ? [`${path}:${at + 1}`] : [])))
    .sort();
}
