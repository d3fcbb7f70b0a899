import { globSync, readFileSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';

/** Every `test/**\/*.test.ts` of the workspaces that the root package.json names, sorted, relative to the root. */
export function testFiles(root: string): readonly string[] {
  const patterns = workspacePatterns(root).map((pattern) => `${pattern}/test/**/*.test.ts`);
  return globSync(patterns, { cwd: root, exclude: (path) => path.split(sep).includes('node_modules') }).sort();
}

/** What `npm test -- …` asks for. */
export interface Selection {
  readonly files: readonly string[];
  /** Arguments for node itself, in the order given. */
  readonly nodeArguments: readonly string[];
  /** Names that look like paths and under which there is no test. */
  readonly unmatched: readonly string[];
}

/**
 * Parts the arguments: a word that starts with a dash is node's, and so is the word behind it if no test lies under that name
 * (`--test-name-pattern S2`); any other word is a file or a folder to run. Without one, everything runs.
 */
export function select(all: readonly string[], words: readonly string[]): Selection {
  const chosen = new Set<string>();
  const nodeArguments: string[] = [];
  const unmatched: string[] = [];
  for (const [at, word] of words.entries()) {
    const under = word.startsWith('-') ? [] : all.filter((file) => isUnder(file, word));
    if (under.length > 0) for (const file of under) chosen.add(file);
    else if (word.startsWith('-') || takesValue(words[at - 1])) nodeArguments.push(word);
    else unmatched.push(word);
  }
  return { files: chosen.size > 0 || unmatched.length > 0 ? [...chosen] : all, nodeArguments, unmatched };
}

const takesValue = (word: string | undefined): boolean => word !== undefined && word.startsWith('--') && !word.includes('=');

function isUnder(file: string, name: string): boolean {
  const folder = normalize(name).replace(/[\\/]+$/, '');
  return file === folder || file.startsWith(folder + sep);
}

function workspacePatterns(root: string): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('workspaces' in manifest) || !Array.isArray(manifest.workspaces)) {
    throw new TypeError('package.json names no workspaces');
  }
  return manifest.workspaces.map(String);
}
