import { both, matching, not, under } from '../places.ts';
import type { Rule } from '../rule.ts';

const MARKER = /\b(?:FIXME|XXX)\b/;
const CODE = matching(/\.(ts|tsx|mjs|sh|yml|proto)$|^\.ci\/run$/);

/** What is known to be wrong is mended or written down where it is planned, not left in the code. */
export const leftoverMarkers: Rule = {
  name: 'leftover-markers',
  check: (tree, report) => {
    for (const { path, text } of tree.filesIn(both(CODE, not(under('tools/tidy'))))) {
      for (const [at, line] of text.split('\n').entries()) {
        const marker = MARKER.exec(line)?.[0];
        if (marker !== undefined) report(path, at + 1, `${marker}: mend it, or take it to the list of issues`);
      }
    }
  },
};
