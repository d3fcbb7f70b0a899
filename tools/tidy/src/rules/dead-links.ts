import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { matching } from '../places.ts';
import type { Rule } from '../rule.ts';

const LINK = /\]\(([^)\s]+)\)/g;

/** A document that leads nowhere is a document that is no longer true. */
export const deadLinks: Rule = {
  name: 'dead-links',
  check: (tree, report) => {
    for (const { path, text } of tree.filesIn(matching(/\.md$/))) {
      for (const [at, line] of text.split('\n').entries()) {
        for (const [, link = ''] of line.matchAll(LINK)) {
          const [file = ''] = link.split('#');
          if (file === '' || /^[a-z]+:/.test(file) || existsSync(join(tree.root, dirname(path), file))) continue;
          report(path, at + 1, `${link} leads nowhere`);
        }
      }
    }
  },
};
