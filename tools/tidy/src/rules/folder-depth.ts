import type { Rule } from '../rule.ts';

const DEEPEST = 5;

/** A path that deep holds a distinction that nobody needs. */
export const folderDepth: Rule = {
  name: 'folder-depth',
  check: (tree, report) => {
    for (const { path } of tree.files) {
      const folders = path.split('/').length - 1;
      if (folders > DEEPEST) report(path, 1, `${folders} folders deep, ${DEEPEST} are allowed: flatten it`);
    }
  },
};
