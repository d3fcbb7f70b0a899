import { SyntaxKind, type CallExpression, type Expression } from 'typescript/unstable/ast';
import { isAsExpression, isAwaitExpression, isCallExpression, isParenthesizedExpression } from 'typescript/unstable/ast/is';
import { TypeFlags, type Checker } from 'typescript/unstable/sync';
import { both, either, isProduct, isTest, not, under } from '../places.ts';
import { calleeName, dottedName, methodName } from '../syntax.ts';
import type { Rule } from '../rule.ts';

/** What answers `any`, made from bytes of somebody else. */
const PARSERS = new Set(['JSON.parse']);
/** Parsing methods, with as many arguments as nothing else of the name takes. */
const PARSING_METHODS = new Set(['json']);
/** Members of a request that hold what a client has sent. */
const RECEIVED = new Set(['body', 'query', 'params', 'headers']);

const BELIEVES_NOTHING = either(isProduct, both(under('tools'), not(isTest)));
const REQUEST = /(?:^|\.)(?:request|req)\.(\w+)$/;

/** Input is `unknown` until it has been checked: a cast would believe it. */
export const parsedInput: Rule = {
  name: 'parsed-input',
  check: (tree, report) => {
    for (const source of tree.sourcesIn(BELIEVES_NOTHING)) {
      for (const node of source.nodes(SyntaxKind.CallExpression)) {
        if (!isCallExpression(node) || !parses(node) || staysUnknown(outermost(node), source.checker)) continue;
        report(source.path, source.lineOf(node), 'parsed input is believed: take it as `unknown`, and check it with a schema or a parser');
      }
      for (const node of source.nodes(SyntaxKind.AsExpression)) {
        const member = isAsExpression(node) ? REQUEST.exec(dottedName(node.expression) ?? '')?.[1] : undefined;
        if (member !== undefined && RECEIVED.has(member))
          report(source.path, source.lineOf(node), `a cast of .${member}: check it with the schema of the route`);
      }
    }
  },
};

function parses(call: CallExpression): boolean {
  if (PARSERS.has(calleeName(call) ?? '')) return true;
  return call.arguments.length === 0 && PARSING_METHODS.has(methodName(call) ?? '');
}

/** The expression together with the `await` and the parentheses around it. */
function outermost(node: Expression): Expression {
  const { parent } = node;
  return isAwaitExpression(parent) || isParenthesizedExpression(parent) ? outermost(parent) : node;
}

/** Whether the place that takes the value takes it as `unknown`. */
function staysUnknown(node: Expression, checker: Checker): boolean {
  if (node.parent.kind === SyntaxKind.ExpressionStatement) return true;
  const expected = checker.getContextualType(node);
  return expected !== undefined && (expected.flags & TypeFlags.Unknown) !== 0;
}
