import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import { isExportDeclaration, isNamedExports } from 'typescript/unstable/ast/is';
import { not, under } from '../places.ts';
import type { Rule } from '../rule.ts';

/** Files that another program loads and that it asks for a default export. */
const ASKED_FOR = under('tools/test-runner/src/coverage-reporter.ts', 'apps/web/vite.config.ts');

/** A default export has another name in each file that imports it. */
export const defaultExports: Rule = {
  name: 'default-exports',
  check: (tree, report) => {
    for (const source of tree.sourcesIn(not(ASKED_FOR))) {
      const found = (node: Node): void => report(source.path, source.lineOf(node), 'a default export: export it by its name');
      for (const node of source.nodes(SyntaxKind.ExportAssignment, SyntaxKind.DefaultKeyword)) {
        if (node.kind === SyntaxKind.ExportAssignment || node.parent.kind !== SyntaxKind.DefaultClause) found(node);
      }
      for (const node of source.nodes(SyntaxKind.ExportDeclaration)) {
        if (!isExportDeclaration(node) || node.exportClause === undefined || !isNamedExports(node.exportClause)) continue;
        for (const element of node.exportClause.elements) if (element.name.text === 'default') found(element);
      }
    }
  },
};
