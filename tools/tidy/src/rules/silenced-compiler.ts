import type { Rule } from '../rule.ts';

const SILENCE = /@ts-(?:ignore|nocheck)\b|\beslint-disable\b|\bbiome-ignore\b|\bc8 ignore\b|\bnode:coverage (?:disable|ignore)\b/;

/** A finding is mended, not hidden. `@ts-expect-error` stays allowed: it fails when there is no error any more. */
export const silencedCompiler: Rule = {
  name: 'silenced-compiler',
  check: (tree, report) => {
    for (const source of tree.sources) {
      for (const [at, line] of source.text.split('\n').entries()) {
        const comment = /(?:\/\/|\/\*|^\s*\*)(.*)$/.exec(line)?.[1];
        const said = comment === undefined ? undefined : SILENCE.exec(comment)?.[0];
        if (said !== undefined && !source.path.startsWith('tools/tidy/')) report(source.path, at + 1, `${said}: mend what it hides`);
      }
    }
  },
};
