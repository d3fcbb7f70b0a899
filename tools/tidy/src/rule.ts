import type { Tree } from './tree.ts';

/** One breach of a rule: where, and what to do instead. */
export interface Finding {
  readonly rule: string;
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Takes down a finding of the rule that is being checked. */
export type Report = (path: string, line: number, message: string) => void;

/** A sentence of STYLE.md that a program can hold the tree against. */
export interface Rule {
  /** In kebab-case; STYLE.md names it, and its file is called so. */
  readonly name: string;
  readonly check: (tree: Tree, report: Report) => void;
}
