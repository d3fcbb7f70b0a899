import { NodeFlags, type Node } from 'typescript/unstable/ast';
import { isArrayLiteralExpression, isIdentifier, isNewExpression, isVariableStatement } from 'typescript/unstable/ast/is';
import { either, isProduct, under } from '../places.ts';
import type { Rule } from '../rule.ts';

/** What is made empty can only be meant to be filled. */
const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']);

/** Two platforms live in one process: what a module remembers, they would share. */
export const moduleState: Rule = {
  name: 'module-state',
  check: (tree, report) => {
    for (const source of tree.sourcesIn(either(isProduct, under('bench')))) {
      for (const statement of source.ast.statements) {
        if (!isVariableStatement(statement)) continue;
        const isConst = (statement.declarationList.flags & NodeFlags.Const) !== 0;
        for (const declaration of statement.declarationList.declarations) {
          if (isConst && (!isMadeEmpty(declaration.initializer) || isReadonly(declaration.type))) continue;
          const name = isIdentifier(declaration.name) ? declaration.name.text : 'it';
          report(source.path, source.lineOf(declaration), `${name} is state of the module: keep it in what createX(deps) makes`);
        }
      }
    }
  },
};

/** A collection that says that it stays empty. */
const isReadonly = (type: Node | undefined): boolean => type !== undefined && /^(?:readonly |Readonly)/.test(type.getText());

function isMadeEmpty(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (isArrayLiteralExpression(node)) return node.elements.length === 0;
  if (!isNewExpression(node) || (node.arguments?.length ?? 0) > 0) return false;
  return isIdentifier(node.expression) && COLLECTIONS.has(node.expression.text);
}
