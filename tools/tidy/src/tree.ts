import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Checker } from 'typescript/unstable/sync';
import { SyntaxKind, type Node, type SourceFile } from 'typescript/unstable/ast';
import type { Compiler } from './compiler.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import type { Place } from './places.ts';

/** A file of the tree, whatever its kind. */
export interface TextFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A TypeScript file, parsed. */
export interface Source extends TextFile {
  readonly ast: SourceFile;
  readonly checker: Checker;
  /** All nodes of these kinds, in the order of the text. */
  nodes(...kinds: readonly SyntaxKind[]): readonly Node[];
  /** The line, from 1, on which the node's first token stands. */
  lineOf(node: Node): number;
  lineAt(position: number): number;
}

/** Everything that the rules look at. */
export interface Tree {
  readonly root: string;
  readonly files: readonly TextFile[];
  readonly sources: readonly Source[];
  /** The package.json files, the root's first. */
  readonly manifests: readonly Manifest[];
  sourcesIn(place: Place): readonly Source[];
  filesIn(place: Place): readonly TextFile[];
}

/** Folders that hold nothing written by hand, or nothing that is kept. */
const PASSED_OVER = new Set(['node_modules', '.git', 'data', 'coverage', 'bench-results', 'gen', 'generated']);
const TEXT =
  /\.(ts|tsx|mts|mjs|cjs|js|jsx|json|md|sh|yml|yaml|proto|tsv|csv|html|css|toml|npmrc|txt)$|^(\.gitignore|\.npmrc|LICENSE|Makefile|Dockerfile|run)$/;

/** Reads the tree at `root` (the folder of the root package.json). */
export function loadTree(root: string, compiler: Compiler): Tree {
  const top = realpathSync(root);
  const paths = walk(top, top);
  const files = paths.map((path) => ({ path, text: TEXT.test(basename(path)) ? readFileSync(join(top, path), 'utf8') : '' }));
  const sources = loadSources(top, files, compiler);
  const manifests = files.filter(({ path }) => basename(path) === 'package.json').map(parseManifest);
  return {
    root: top,
    files,
    sources,
    manifests,
    sourcesIn: (place) => sources.filter((source) => place(source.path)),
    filesIn: (place) => files.filter((file) => place(file.path)),
  };
}

function walk(top: string, folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = entries.filter((entry) => entry.isFile()).map((entry) => relative(top, join(folder, entry.name)).split(sep).join('/'));
  const folders = entries.filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name) && !entry.name.startsWith('.tacos-'));
  return [...own, ...folders.flatMap((entry) => walk(top, join(folder, entry.name)))];
}

function loadSources(root: string, files: readonly TextFile[], compiler: Compiler): readonly Source[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const sources = new Map<string, Source>();
  for (const { path } of files) {
    if (basename(path) !== 'tsconfig.json') continue;
    const { program, checker } = compiler.open(join(root, path));
    for (const name of program.getSourceFileNames()) {
      const file = byPath.get(relative(root, name).split(sep).join('/'));
      const ast = file === undefined ? undefined : program.getSourceFile(name);
      if (file !== undefined && ast !== undefined) sources.set(file.path, sourceOf(file, ast, checker));
    }
  }
  return [...sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function sourceOf(file: TextFile, ast: SourceFile, checker: Checker): Source {
  const byKind = new Map<SyntaxKind, Node[]>();
  const visit = (node: Node): void => {
    const sameKind = byKind.get(node.kind);
    if (sameKind === undefined) byKind.set(node.kind, [node]);
    else sameKind.push(node);
    node.forEachChild(visit);
  };
  ast.forEachChild(visit);
  const lineStarts = [0];
  for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const lineAt = (position: number): number => lineStarts.findLastIndex((start) => start <= position) + 1;
  return {
    ...file,
    ast,
    checker,
    nodes: (...kinds) => kinds.flatMap((kind) => byKind.get(kind) ?? []),
    lineOf: (node) => lineAt(node.getStart(ast)),
    lineAt,
  };
}
