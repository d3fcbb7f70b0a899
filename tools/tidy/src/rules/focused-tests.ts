import { SyntaxKind, type CallExpression } from 'typescript/unstable/ast';
import { isCallExpression, isObjectLiteralExpression, isPropertyAssignment } from 'typescript/unstable/ast/is';
import { matching } from '../places.ts';
import { calleeName } from '../syntax.ts';
import type { Rule } from '../rule.ts';

const TEST_FUNCTIONS = new Set(['test', 'it', 'describe', 'suite', 't.test', 't']);
const FOCUS = new Set(['only', 'skip', 'todo']);
/** Methods of the context, called inside a test. */
const CALLS_INSIDE = new Set(['t.skip', 't.todo', 't.runOnly', 'context.skip', 'context.todo']);

/** A test that does not run is not there; one that runs alone hides all others. */
export const focusedTests: Rule = {
  name: 'focused-tests',
  check: (tree, report) => {
    for (const source of tree.sourcesIn(matching(/\/test\/|-suite\.ts$|\/testing/))) {
      for (const node of source.nodes(SyntaxKind.CallExpression)) {
        const how = isCallExpression(node) ? focusOf(node) : undefined;
        if (how !== undefined) report(source.path, source.lineOf(node), `${how}: let it run, or take it out`);
      }
    }
  },
};

function focusOf(call: CallExpression): string | undefined {
  const name = calleeName(call);
  if (name === undefined) return undefined;
  if (CALLS_INSIDE.has(name)) return name;
  const dot = name.lastIndexOf('.');
  if (TEST_FUNCTIONS.has(name.slice(0, Math.max(dot, 0))) && FOCUS.has(name.slice(dot + 1))) return name;
  return TEST_FUNCTIONS.has(name) ? optionIn(call) : undefined;
}

/** `{ skip: … }` among the arguments, unless it says false. */
function optionIn(call: CallExpression): string | undefined {
  for (const argument of call.arguments) {
    if (!isObjectLiteralExpression(argument)) continue;
    for (const property of argument.properties) {
      if (!isPropertyAssignment(property) || property.initializer.kind === SyntaxKind.FalseKeyword) continue;
      const option = property.name.getText();
      if (FOCUS.has(option)) return `{ ${option} }`;
    }
  }
  return undefined;
}
