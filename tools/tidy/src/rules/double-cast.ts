import { SyntaxKind } from 'typescript/unstable/ast';
import { isAsExpression } from 'typescript/unstable/ast/is';
import { withoutParentheses } from '../syntax.ts';
import type { Rule } from '../rule.ts';

/** `x as unknown as T` claims what the compiler has just called impossible. */
export const doubleCast: Rule = {
  name: 'double-cast',
  check: (tree, report) => {
    for (const source of tree.sources) {
      for (const node of source.nodes(SyntaxKind.AsExpression)) {
        if (!isAsExpression(node) || !isAsExpression(withoutParentheses(node.expression))) continue;
        report(source.path, source.lineOf(node), 'a cast of a cast: check the value, or mend the types so that none is needed');
      }
    }
  },
};
