import { SyntaxKind } from 'typescript/unstable/ast';
import type { Rule } from '../rule.ts';

/** `any` turns the compiler off for everything that it touches. */
export const noAny: Rule = {
  name: 'no-any',
  check: (tree, report) => {
    for (const source of tree.sources) {
      for (const node of source.nodes(SyntaxKind.AnyKeyword))
        report(source.path, source.lineOf(node), 'any: say what it is, or `unknown` and check it');
    }
  },
};
