import { both, either, matching, not, under } from '../places.ts';
import type { Rule } from '../rule.ts';

/** JavaScript that must run before Node 26 is there, or be found by npm as a program. */
const PLAIN = either(under('tools/bootstrap/bootstrap.mjs'), matching(/^apps\/[^/]+\/bin\//));

/** Every line of code is seen by the compiler. */
export const uncheckedFiles: Rule = {
  name: 'unchecked-files',
  check: (tree, report) => {
    const seen = new Set(tree.sources.map(({ path }) => path));
    for (const { path } of tree.filesIn(both(matching(/\.(ts|tsx|mts)$/), not(matching(/\/fixtures\//))))) {
      if (!seen.has(path)) report(path, 1, 'no tsconfig.json covers it: move it under a src or test folder that one includes');
    }
    for (const { path } of tree.filesIn(both(matching(/\.(js|mjs|cjs|jsx)$/), not(PLAIN)))) {
      report(path, 1, 'plain JavaScript: write TypeScript, Node runs it as it is');
    }
  },
};
