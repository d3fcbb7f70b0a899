import { isTest, matching } from '../places.ts';
import { leads, reachable } from '../reach.ts';
import type { Rule } from '../rule.ts';

const STARTED_BY_OTHERS = matching(/\.config\.ts$|\.d\.ts$|\.mjs$/);

/** A file that nothing leads to is read, kept and mended for nothing. */
export const unusedFiles: Rule = {
  name: 'unused-files',
  check: (tree, report) => {
    const from = leads(tree);
    const isRoot = matching(/(^|\/)package\.json$|^\.ci\/run$|^\.github\/|\.mjs$/);
    const roots = tree.filesIn(isRoot).map(({ path }) => path);
    const tests = tree.filesIn(matching(/\.test\.tsx?$/)).map(({ path }) => path);
    const product = reachable(from, roots);
    const withTests = reachable(from, [...roots, ...tests]);
    for (const { path } of tree.sources) {
      if (product.has(path) || STARTED_BY_OTHERS(path)) continue;
      if (!withTests.has(path)) report(path, 1, 'nothing leads here: take it out');
      else if (!isTest(path)) report(path, 1, 'only tests lead here: take it out, or put it beside them');
    }
  },
};
