import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import { isArrowFunction, isBlock, isCallExpression, isCatchClause, isFunctionExpression } from 'typescript/unstable/ast/is';
import { methodName } from '../syntax.ts';
import type { Rule } from '../rule.ts';

const MESSAGE = 'an error that vanishes: handle it, answer an outcome, or let it pass';

/** A catch that does nothing hides the bug that nobody thought of. */
export const emptyCatch: Rule = {
  name: 'empty-catch',
  check: (tree, report) => {
    for (const source of tree.sources) {
      for (const node of source.nodes(SyntaxKind.CatchClause)) {
        if (isCatchClause(node) && node.block.statements.length === 0) report(source.path, source.lineOf(node), MESSAGE);
      }
      for (const node of source.nodes(SyntaxKind.CallExpression)) {
        if (!isCallExpression(node) || methodName(node) !== 'catch' || !node.arguments.some(doesNothing)) continue;
        report(source.path, source.lineOf(node), MESSAGE);
      }
    }
  },
};

function doesNothing(node: Node): boolean {
  return (
    (isArrowFunction(node) || isFunctionExpression(node)) &&
    node.body !== undefined &&
    isBlock(node.body) &&
    node.body.statements.length === 0
  );
}
