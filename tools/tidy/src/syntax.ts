import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isIdentifier,
  isNamedImports,
  isNamespaceImport,
  isNoSubstitutionTemplateLiteral,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import type { CallExpression, ImportDeclaration } from 'typescript/unstable/ast';

/** `a.b.c` as a text, or undefined for anything but names joined by dots. */
export function dottedName(node: Node): string | undefined {
  if (isIdentifier(node)) return node.text;
  if (!isPropertyAccessExpression(node)) return undefined;
  const left = node.expression.kind === SyntaxKind.ThisKeyword ? 'this' : dottedName(node.expression);
  return left === undefined ? undefined : `${left}.${node.name.text}`;
}

/** What is called, as a dotted name: `setTimeout`, `Date.now`. */
export const calleeName = (call: Node): string | undefined => (isCallExpression(call) ? dottedName(call.expression) : undefined);

/** The name of the method that is called, whatever it is called on. */
export const methodName = (call: CallExpression): string | undefined =>
  isPropertyAccessExpression(call.expression) ? call.expression.name.text : undefined;

export function withoutParentheses(node: Node): Node {
  return isParenthesizedExpression(node) ? withoutParentheses(node.expression) : node;
}

/** The value of a text that is written down as it is. */
export const textOf = (node: Node | undefined): string | undefined =>
  node !== undefined && (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) ? node.text : undefined;

/** A name that an import brings in: what the other module calls it (`*` for all of it, `default`). */
export interface ImportedName {
  readonly name: string;
  readonly node: Node;
}

export function importedNames(declaration: ImportDeclaration): readonly ImportedName[] {
  const clause = declaration.importClause;
  if (clause === undefined) return [];
  const names: ImportedName[] = clause.name === undefined ? [] : [{ name: 'default', node: clause.name }];
  const bindings = clause.namedBindings;
  if (bindings !== undefined && isNamespaceImport(bindings)) names.push({ name: '*', node: bindings });
  if (bindings !== undefined && isNamedImports(bindings)) {
    for (const element of bindings.elements) names.push({ name: (element.propertyName ?? element.name).text, node: element });
  }
  return names;
}

/** Every kind of function that has a body. */
export const FUNCTIONS = [
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
] as const;
