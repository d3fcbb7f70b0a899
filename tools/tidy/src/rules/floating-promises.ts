import { SyntaxKind, type ExpressionStatement, type Node } from 'typescript/unstable/ast';
import { isArrowFunction, isCallExpression, isExpressionStatement, isFunctionExpression } from 'typescript/unstable/ast/is';
import { SignatureKind, TypeFlags, type Checker, type Type } from 'typescript/unstable/sync';
import { calleeName, methodName } from '../syntax.ts';
import type { Rule } from '../rule.ts';

/** A promise that nobody waits for loses its error, or ends the process with it. */
export const floatingPromises: Rule = {
  name: 'floating-promises',
  check: (tree, report) => {
    for (const source of tree.sources) {
      const statements = source.nodes(SyntaxKind.ExpressionStatement).filter(isExpressionStatement).filter(mayFloat);
      const types = statements.length === 0 ? [] : source.checker.getTypeAtLocation(statements.map((statement) => statement.expression));
      for (const [at, statement] of statements.entries()) {
        if (!isPromise(types[at])) continue;
        report(
          source.path,
          source.lineOf(statement),
          'a promise that nobody waits for: await it, return it, or handle its failure with .catch',
        );
      }
      for (const node of source.nodes(SyntaxKind.ArrowFunction, SyntaxKind.FunctionExpression)) {
        if (!isAsync(node) || !isTakenAsVoid(node, source.checker)) continue;
        report(
          source.path,
          source.lineOf(node),
          'an async function where nobody waits for its answer: handle its failure inside, and make it synchronous',
        );
      }
    }
  },
};

/** The runner waits for what these answer. Not so for `t.test`, which ends with the test around it. */
const WAITED_FOR_BY_THE_RUNNER = new Set(['test', 'it', 'describe', 'suite']);

/** Calls are what makes promises; `await`, `void` and assignments say what becomes of them. */
function mayFloat({ expression }: ExpressionStatement): boolean {
  if (!isCallExpression(expression) || WAITED_FOR_BY_THE_RUNNER.has(calleeName(expression) ?? '')) return false;
  const method = methodName(expression);
  return !(method === 'catch' && expression.arguments.length > 0) && !(method === 'then' && expression.arguments.length > 1);
}

function isPromise(type: Type | undefined): boolean {
  if (type === undefined) return false;
  if (type.isUnionType()) return type.getTypes().some(isPromise);
  const name = type.getSymbol()?.name;
  return name === 'Promise' || name === 'PromiseLike';
}

function isAsync(node: Node): boolean {
  return (
    (isArrowFunction(node) || isFunctionExpression(node)) && (node.modifiers ?? []).some(({ kind }) => kind === SyntaxKind.AsyncKeyword)
  );
}

/** Whether the function is handed to something that expects one answering nothing. */
function isTakenAsVoid(node: Node, checker: Checker): boolean {
  if (!isCallExpression(node.parent) || !(isArrowFunction(node) || isFunctionExpression(node))) return false;
  const expected = checker.getContextualType(node);
  const signatures = expected === undefined ? [] : checker.getSignaturesOfType(expected, SignatureKind.Call);
  const answers = signatures.map((signature) => checker.getReturnTypeOfSignature(signature));
  return answers.length > 0 && answers.every((answer) => answer !== undefined && (answer.flags & TypeFlags.Void) !== 0);
}
