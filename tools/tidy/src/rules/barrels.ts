import { SyntaxKind } from 'typescript/unstable/ast';
import { isExportDeclaration } from 'typescript/unstable/ast/is';
import type { Rule } from '../rule.ts';
import type { Source } from '../tree.ts';

/** Only a package's entry passes on what others have made; it names each piece, so that the surface is written down. */
export const barrels: Rule = {
  name: 'barrels',
  check: (tree, report) => {
    const entries = new Set(tree.manifests.flatMap((manifest) => [...manifest.exports.values()]));
    for (const source of tree.sources) {
      for (const node of source.nodes(SyntaxKind.ExportDeclaration)) {
        if (!isExportDeclaration(node) || node.moduleSpecifier === undefined || node.exportClause !== undefined) continue;
        report(source.path, source.lineOf(node), 'export *: name what is passed on');
      }
      if (!entries.has(source.path) && onlyPassesOn(source)) {
        report(
          source.path,
          1,
          "a barrel: only the entries in a package.json's exports pass on what other files make; import from those files",
        );
      }
    }
  },
};

function onlyPassesOn({ ast }: Source): boolean {
  const statements = ast.statements.filter(({ kind }) => kind !== SyntaxKind.ImportDeclaration);
  return (
    statements.length > 0 && statements.every((statement) => isExportDeclaration(statement) && statement.moduleSpecifier !== undefined)
  );
}
