import { dirname, join } from 'node:path/posix';
import { SyntaxKind, type ExportDeclaration, type ImportTypeNode, type Node } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedExports,
} from 'typescript/unstable/ast/is';
import type { Manifest } from './manifest.ts';
import { importedNames, textOf } from './syntax.ts';
import type { Source, Tree } from './tree.ts';

/** One place where a file takes something from another module. */
export interface ModuleUse {
  readonly source: Source;
  readonly line: number;
  readonly specifier: string;
  /** The file of the tree that the specifier leads to; undefined outside the tree. */
  readonly target: string | undefined;
  /** What the target calls the names that are taken; `*` stands for all of them. */
  readonly names: readonly string[];
  /** For what is passed on (`export { a as b } from …`): from the name given to the name taken. */
  readonly passedOn: ReadonlyMap<string, string>;
}

/** Every import, re-export, dynamic import and import type of the tree. */
export function moduleUses(tree: Tree): readonly ModuleUse[] {
  return tree.sources
    .flatMap((source) => [
      ...source.nodes(SyntaxKind.ImportDeclaration).map((node) => useOf(tree, source, node)),
      ...source.nodes(SyntaxKind.ExportDeclaration).map((node) => useOf(tree, source, node)),
      ...source.nodes(SyntaxKind.ImportType).map((node) => useOf(tree, source, node)),
      ...source
        .nodes(SyntaxKind.CallExpression)
        .filter(isDynamicImport)
        .map((node) => useOf(tree, source, node)),
    ])
    .filter((use) => use !== undefined);
}

const isDynamicImport = (node: Node): boolean => isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword;

function useOf(tree: Tree, source: Source, node: Node): ModuleUse | undefined {
  const specifier = specifierOf(node);
  if (specifier === undefined) return undefined;
  const passedOn = isExportDeclaration(node) ? namesPassedOn(node) : new Map<string, string>();
  const names = isImportDeclaration(node) ? importedNames(node).map(({ name }) => name) : [...passedOn.values()];
  return {
    source,
    line: source.lineOf(node),
    specifier,
    target: targetOf(tree, source.path, specifier),
    names: isExportDeclaration(node) || isImportDeclaration(node) ? names : [nameInImportType(node)],
    passedOn,
  };
}

function specifierOf(node: Node): string | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (isImportTypeNode(node)) return isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  return isCallExpression(node) ? textOf(node.arguments[0]) : undefined;
}

const nameInImportType = (node: Node): string => (isImportTypeNode(node) ? outermostName(node) : '*');
const outermostName = ({ qualifier }: ImportTypeNode): string => qualifier?.getText().split('.')[0] ?? '*';

function namesPassedOn({ exportClause }: ExportDeclaration): ReadonlyMap<string, string> {
  if (exportClause === undefined || !isNamedExports(exportClause)) return new Map([['*', '*']]);
  return new Map(exportClause.elements.map((element) => [element.name.text, (element.propertyName ?? element.name).text]));
}

function targetOf(tree: Tree, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  const manifest = manifestNamed(tree.manifests, specifier);
  if (manifest === undefined) return undefined;
  const subpath = specifier === manifest.name ? '.' : `./${specifier.slice(manifest.name.length + 1)}`;
  return manifest.exports.get(subpath) ?? `${manifest.folder}/${subpath}`;
}

/** The package of the tree that a specifier names. */
export function manifestNamed(manifests: readonly Manifest[], specifier: string): Manifest | undefined {
  return manifests.find(({ name }) => name !== '' && (specifier === name || specifier.startsWith(`${name}/`)));
}

/** The name of the package in a bare specifier: `@scope/name/sub` → `@scope/name`; undefined for relative ones and node's own. */
export function packageNameIn(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
