import { SyntaxKind, type Node } from 'typescript/unstable/ast';
import { isCallExpression, isImportDeclaration, isNewExpression } from 'typescript/unstable/ast/is';
import { isTest } from '../places.ts';
import { calleeName, dottedName, importedNames, textOf } from '../syntax.ts';
import type { Rule } from '../rule.ts';

const MESSAGE = 'a sleep: wait for the event itself, or move a ManualClock; a time that is long enough today fails tomorrow';

/** A test that waits for time to pass is slow when it is right and wrong when the machine is slow. */
export const sleepingTests: Rule = {
  name: 'sleeping-tests',
  check: (tree, report) => {
    for (const source of tree.sourcesIn(isTest)) {
      const found = (node: Node): void => report(source.path, source.lineOf(node), MESSAGE);
      for (const node of source.nodes(SyntaxKind.ImportDeclaration)) {
        if (!isImportDeclaration(node) || !/^(node:)?timers\/promises$/.test(textOf(node.moduleSpecifier) ?? '')) continue;
        for (const { name } of importedNames(node)) if (name === 'setTimeout' || name === '*') found(node);
      }
      for (const node of source.nodes(SyntaxKind.CallExpression)) {
        if (calleeName(node) === 'setTimeout' && resolvesAPromise(node)) found(node);
        if (calleeName(node) === 'Atomics.wait') found(node);
      }
    }
  },
};

/** `new Promise((resolve) => setTimeout(resolve, 50))`: the timer does nothing but resolve. A limit that rejects is no sleep. */
function resolvesAPromise(call: Node): boolean {
  const callback = isCallExpression(call) ? call.arguments[0] : undefined;
  if (callback === undefined) return false;
  const promise = enclosingPromise(call);
  const resolve = promise === undefined ? undefined : firstParameter(promise);
  if (resolve === undefined) return false;
  return dottedName(callback) === resolve || new RegExp(`=>\\s*\\{?\\s*${resolve}\\(`).test(callback.getText());
}

function enclosingPromise(node: Node): Node | undefined {
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
    if (isNewExpression(at) && dottedName(at.expression) === 'Promise') return at;
  }
  return undefined;
}

const firstParameter = (promise: Node): string | undefined =>
  /^new Promise(?:<.*>)?\(\s*(?:function\s*)?\(?\s*(\w+)/.exec(promise.getText())?.[1];
