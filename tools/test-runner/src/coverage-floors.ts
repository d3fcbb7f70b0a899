import { readFileSync } from 'node:fs';
import { matchesGlob, relative } from 'node:path';
import type { FileLines } from './coverage-reporter.ts';

/** A part of the tree and the share of its lines that tests must run. */
export interface Floor {
  readonly name: string;
  /** Globs, relative to the root. */
  readonly include: readonly string[];
  readonly linesPercent: number;
}

export interface FloorReport {
  readonly name: string;
  readonly linesPercent: number;
  readonly files: number;
  readonly lines: number;
  readonly covered: number;
  /** What tests ran, in percent; 100 for a part without lines. */
  readonly coveredPercent: number;
  readonly isMet: boolean;
  /** The files that cost most: greatest number of uncovered lines first, ten at most. */
  readonly worst: readonly FileLines[];
}

const WORST = 10;

/** Holds the measured lines against each floor. Files of nothing but types have no line that could run, and do not count. */
export function judgeFloors(floors: readonly Floor[], measured: readonly FileLines[], root: string): readonly FloorReport[] {
  const counted = measured.map((file) => ({ ...file, path: relative(root, file.path) })).filter((file) => canRun(root, file));
  return floors.map(({ name, include, linesPercent }) => {
    const files = counted.filter(({ path }) => include.some((glob) => matchesGlob(path, glob)));
    const lines = sum(files, (file) => file.lines);
    const covered = sum(files, (file) => file.covered);
    const coveredPercent = lines === 0 ? 100 : (100 * covered) / lines;
    const worst = files.filter((file) => file.covered < file.lines).sort((a, b) => missing(b) - missing(a));
    return {
      name,
      linesPercent,
      files: files.length,
      lines,
      covered,
      coveredPercent,
      isMet: coveredPercent >= linesPercent,
      worst: worst.slice(0, WORST),
    };
  });
}

/** The report as lines for people. */
export function describeFloors(reports: readonly FloorReport[]): string {
  const lines: string[] = [];
  for (const { name, linesPercent, files, lines: total, coveredPercent, isMet, worst } of reports) {
    lines.push(
      `${isMet ? '✔' : '✖'} ${name}: ${coveredPercent.toFixed(2)} % of ${total} lines in ${files} files (floor ${linesPercent} %)`,
    );
    if (!isMet) for (const file of worst) lines.push(`    ${missing(file)} lines not run in ${file.path}`);
  }
  return lines.join('\n');
}

const missing = (file: FileLines): number => file.lines - file.covered;
const sum = (files: readonly FileLines[], of: (file: FileLines) => number): number => files.reduce((total, file) => total + of(file), 0);

const BLOCK_COMMENTS = /\/\*[^]*?\*\//g;
/** A line at the left margin that begins neither a type, nor a comment, nor the end of either. */
const STATEMENT = /^(?!\s|$|\/\/|[})\]]|import type |(?:export |declare )*(?:type|interface) )/m;

function canRun(root: string, file: FileLines): boolean {
  // A file of which every line ran is code, or counts for nothing; only the others are worth reading.
  if (file.covered === file.lines) return true;
  return STATEMENT.test(readFileSync(`${root}/${file.path}`, 'utf8').replace(BLOCK_COMMENTS, ''));
}
