import type { Finding, Rule } from './rule.ts';
import type { Tree } from './tree.ts';

/** Holds the tree against the rules. The findings stand in the order of the rules, then of the paths and lines. */
export function tidy(tree: Tree, rules: readonly Rule[]): readonly Finding[] {
  return rules.flatMap(({ name, check }) => {
    const findings: Finding[] = [];
    check(tree, (path, line, message) => findings.push({ rule: name, path, line, message }));
    return findings.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
  });
}

/** One line for each finding, in the form that editors turn into links. */
export const describeFinding = ({ rule, path, line, message }: Finding): string => `${path}:${line}: ${message} [${rule}]`;
