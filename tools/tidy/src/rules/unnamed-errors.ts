import { SyntaxKind } from 'typescript/unstable/ast';
import { isIdentifier, isNewExpression, isThrowStatement } from 'typescript/unstable/ast/is';
import { both, either, isPackage, isService, isTest, not } from '../places.ts';
import type { Rule } from '../rule.ts';

/** The edge converts errors by their class: a nameless one can only become 500. */
export const unnamedErrors: Rule = {
  name: 'unnamed-errors',
  check: (tree, report) => {
    for (const source of tree.sourcesIn(both(either(isService, isPackage), not(isTest)))) {
      for (const node of source.nodes(SyntaxKind.ThrowStatement)) {
        const thrown = isThrowStatement(node) && isNewExpression(node.expression) ? node.expression.expression : undefined;
        if (thrown === undefined || !isIdentifier(thrown) || thrown.text !== 'Error') continue;
        report(source.path, source.lineOf(node), 'throw new Error: answer an outcome, throw a named class, or assert with invariant(…)');
      }
    }
  },
};
