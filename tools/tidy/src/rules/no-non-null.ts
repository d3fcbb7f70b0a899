import { SyntaxKind } from 'typescript/unstable/ast';
import type { Rule } from '../rule.ts';

/** A value that is promised to exist, without a reason that anybody could check. */
export const noNonNull: Rule = {
  name: 'no-non-null',
  check: (tree, report) => {
    for (const source of tree.sources) {
      for (const node of source.nodes(SyntaxKind.NonNullExpression)) {
        report(
          source.path,
          source.lineOf(node),
          '`!`: handle the absence, or say why there is none with present(value, reason) of packages/kernel',
        );
      }
    }
  },
};
