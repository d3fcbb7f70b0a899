import { not, under } from '../places.ts';
import type { Rule } from '../rule.ts';

/** A folder that exists on somebody's machine only. */
const MACHINE_PATH = /(?<![\w.$}-])(?:\/(?:home|Users|root|work|mnt|private)\/[\w.-]+|[A-Z]:\\\\?Users\\)/;

/** What names one machine fails on every other. */
export const machinePaths: Rule = {
  name: 'machine-paths',
  check: (tree, report) => {
    for (const { path, text } of tree.filesIn(not(under('package-lock.json')))) {
      for (const [at, line] of text.split('\n').entries()) {
        const found = MACHINE_PATH.exec(line)?.[0];
        if (found !== undefined) report(path, at + 1, `${found}…: a path of one machine; use one that is relative, or ask for it`);
      }
    }
  },
};
