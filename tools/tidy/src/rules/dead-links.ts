import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { matching, not, under } from '../places.ts';
import type { Report, Rule } from '../rule.ts';
import type { TextFile, Tree } from '../tree.ts';

const LINK = /\]\(([^)\s]+)\)/g;
const COMMENT = /(?:\/\/|\/\*|^\s*\*)(.*)$/;
const PAGE = /[\w-]+\.md\b/g;

/** A document that leads nowhere is a document that is no longer true; so is a comment that names a page which is not there. */
export const deadLinks: Rule = {
  name: 'dead-links',
  check: (tree, report) => {
    for (const file of tree.filesIn(matching(/\.md$/))) checkLinks(tree, file, report);
    const pages = new Set(tree.files.map(({ path }) => basename(path)));
    for (const { path, text } of tree.sourcesIn(not(under('tools/tidy')))) {
      for (const [at, line] of text.split('\n').entries()) {
        const named = COMMENT.exec(line)?.[1]?.match(PAGE) ?? [];
        for (const page of named)
          if (!pages.has(page)) report(path, at + 1, `${page} is not a page of this tree: name one that is, or say it here`);
      }
    }
  },
};

function checkLinks(tree: Tree, { path, text }: TextFile, report: Report): void {
  for (const [at, line] of text.split('\n').entries()) {
    for (const [, link = ''] of line.matchAll(LINK)) {
      const [file = ''] = link.split('#');
      if (file === '' || /^[a-z]+:/.test(file) || existsSync(join(tree.root, dirname(path), file))) continue;
      report(path, at + 1, `${link} leads nowhere`);
    }
  }
}
