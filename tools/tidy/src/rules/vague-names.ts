import { matching } from '../places.ts';
import type { Rule } from '../rule.ts';

const VAGUE = /^(utils?|helpers?|commons?|misc|stuff)$/;
/** The published contract has a domain of that name. */
const PUBLISHED = matching(/^contracts\/(?:[^/]+\/)*common\//);

/** A name that says nothing collects everything. */
export const vagueNames: Rule = {
  name: 'vague-names',
  check: (tree, report) => {
    for (const { path } of tree.files) {
      if (PUBLISHED(path)) continue;
      const vague = path.split('/').find((part) => part.split(/[.-]/).some((word) => VAGUE.test(word)));
      if (vague !== undefined) report(path, 1, `"${vague}" says nothing: name it for what it does`);
    }
  },
};
