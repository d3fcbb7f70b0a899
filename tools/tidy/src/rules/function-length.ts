import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import { isCallExpression, isConstructorDeclaration, isPropertyAssignment, isVariableDeclaration } from 'typescript/unstable/ast/is';
import { excess, type Ratchet } from '../ratchet.ts';
import type { Rule } from '../rule.ts';
import { FUNCTIONS, calleeName } from '../syntax.ts';
import type { Source } from '../tree.ts';

/** More does not fit on a screen, and so not into a head. */
const FUNCTION_LINES = 70;

/** Callbacks of these are listings of tests, not functions; their lines do not count for the function around them either. */
const LISTINGS = /^(?:t\.)?(?:test|it|describe|suite|before|after|beforeEach|afterEach)(?:\.|$)/;

/** `ratchet` names the functions that may be longer, and how long: they may only shrink. */
export const functionLength = (ratchet: Ratchet): Rule => ({
  name: 'function-length',
  check: (tree, report) => {
    const found = tree.sources.flatMap((source) =>
      source
        .nodes(...FUNCTIONS)
        .filter((node) => !isListing(node))
        .map((node) => ({ path: source.path, line: source.lineOf(node), name: nameOf(node), size: linesOf(source, node) })),
    );
    for (const { path, line, message } of excess(found, FUNCTION_LINES, ratchet)) report(path, line, message);
  },
});

function linesOf(source: Source, node: Node): number {
  const lines = source.lineAt(node.getEnd()) - source.lineOf(node) + 1;
  return source
    .nodes(SyntaxKind.ArrowFunction, SyntaxKind.FunctionExpression)
    .filter((inner) => inner.pos > node.pos && inner.end < node.end && isListing(inner) && !isInListing(inner, node))
    .reduce((rest, inner) => rest - (source.lineAt(inner.getEnd()) - source.lineOf(inner)), lines);
}

const isListing = (node: Node): boolean => isCallExpression(node.parent) && LISTINGS.test(calleeName(node.parent) ?? '');

/** Whether another listing between the two already took these lines out. */
function isInListing(inner: Node, outer: Node): boolean {
  for (let at = inner.parent; at !== outer; at = at.parent) if (isListing(at)) return true;
  return false;
}

function nameOf(node: Node): string {
  if (isConstructorDeclaration(node)) return 'constructor';
  const named = 'name' in node ? node.name : undefined;
  if (isNode(named)) return named.getText();
  const { parent } = node;
  return isVariableDeclaration(parent) || isPropertyAssignment(parent) ? parent.name.getText() : 'a function';
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'kind' in value;
