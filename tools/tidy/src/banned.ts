import { SyntaxKind, type ImportDeclaration, type Node } from 'typescript/unstable/ast';
import { isImportDeclaration, isNewExpression } from 'typescript/unstable/ast/is';
import type { Place } from './places.ts';
import type { Report, Rule } from './rule.ts';
import { calleeName, dottedName, importedNames, textOf } from './syntax.ts';
import type { Source } from './tree.ts';

/** Something that may not be reached for, and what to reach for instead. */
export interface Ban {
  readonly name: string;
  readonly where: Place;
  /** Dotted names that may not be read or called: `Date.now`. */
  readonly members?: readonly string[];
  /** Global functions that may not be called: `setTimeout`. */
  readonly calls?: readonly string[];
  /** Classes that may not be made without an argument: `new Date()`. */
  readonly madeOfNothing?: readonly string[];
  /** From a module's name, without `node:`, to the names that may not be imported from it; `*` bans the whole module. */
  readonly imports?: Readonly<Record<string, readonly string[]>>;
  /** What to do instead, as a sentence. */
  readonly instead: string;
}

/** A rule made of nothing but its data. */
export function banned(ban: Ban): Rule {
  return {
    name: ban.name,
    check: (tree, report) => {
      for (const source of tree.sourcesIn(ban.where)) checkSource(ban, source, report);
    },
  };
}

function checkSource(ban: Ban, source: Source, report: Report): void {
  const found = (node: Node, what: string): void => report(source.path, source.lineOf(node), `${what}: ${ban.instead}`);
  const members = new Set(ban.members);
  for (const node of members.size > 0 ? source.nodes(SyntaxKind.PropertyAccessExpression) : []) {
    const name = dottedName(node)?.replace(/^globalThis\./, '');
    const isPartOfALongerOne = members.has(dottedName(node.parent) ?? '');
    if (name !== undefined && members.has(name) && !isPartOfALongerOne) found(node, name);
  }
  for (const node of ban.calls === undefined ? [] : source.nodes(SyntaxKind.CallExpression)) {
    const name = calleeName(node)?.replace(/^globalThis\./, '');
    if (name !== undefined && ban.calls?.includes(name)) found(node, `${name}()`);
  }
  for (const node of ban.madeOfNothing === undefined ? [] : source.nodes(SyntaxKind.NewExpression)) {
    const name = isNewExpression(node) && (node.arguments?.length ?? 0) === 0 ? dottedName(node.expression) : undefined;
    if (name !== undefined && ban.madeOfNothing?.includes(name)) found(node, `new ${name}()`);
  }
  for (const node of source.nodes(SyntaxKind.ImportDeclaration)) {
    if (isImportDeclaration(node)) checkImport(ban, node, found);
  }
}

function checkImport(ban: Ban, node: ImportDeclaration, found: (node: Node, what: string) => void): void {
  const module = textOf(node.moduleSpecifier)?.replace(/^node:/, '');
  const names = module === undefined ? undefined : ban.imports?.[module];
  if (module === undefined || names === undefined || node.importClause?.phaseModifier === SyntaxKind.TypeKeyword) return;
  if (names.includes('*')) return found(node, module);
  for (const imported of importedNames(node)) {
    if (imported.name === '*' || names.includes(imported.name)) found(imported.node, `${imported.name} of ${module}`);
  }
}
