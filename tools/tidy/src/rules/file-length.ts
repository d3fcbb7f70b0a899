import { matching } from '../places.ts';
import { excess, type Ratchet } from '../ratchet.ts';
import type { Rule } from '../rule.ts';

const FILE_LINES = 400;

/** A file that long holds more than one thing. `ratchet` names those that may be longer: they may only shrink. */
export const fileLength = (ratchet: Ratchet): Rule => ({
  name: 'file-length',
  check: (tree, report) => {
    const code = tree.filesIn(matching(/\.(ts|tsx|mjs)$/));
    const found = code.map(({ path, text }) => ({
      path,
      line: 1,
      name: 'the file',
      size: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    }));
    for (const { path, line, message } of excess(found, FILE_LINES, ratchet)) report(path, line, message);
  },
});
