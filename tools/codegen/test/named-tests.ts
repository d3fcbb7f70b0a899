import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A link to a file of the tree, or a name in quotation marks: names belong to the link before them. */
const LINK_OR_NAME = /\]\(((?:\.\.?\/)[^)#]+)\)|“([^”]+)”/g;

/** A test that a page names. */
export interface NamedTest {
  /** Relative to the root. */
  readonly path: string;
  readonly name: string;
}

/** Every test that a page under `folder` names: a link to its file, then names in “quotation marks”. */
export function namedTests(page: string, folder: string): readonly NamedTest[] {
  const found: NamedTest[] = [];
  for (const line of page.split('\n')) {
    let path: string | undefined;
    for (const [, link, name] of line.matchAll(LINK_OR_NAME)) {
      if (link !== undefined) path = join(folder, link);
      else if (path !== undefined && name !== undefined) found.push({ path, name });
    }
  }
  return found;
}

/** Those whose file does not have a test of that name. A name may be cut where its test's name goes on with something that varies. */
export function missingTests(root: string, tests: readonly NamedTest[]): readonly NamedTest[] {
  return tests.filter(({ path, name }) => {
    if (!existsSync(join(root, path))) return true;
    const text = readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'");
    return !text.split('\n').some((line) => NAMES_A_TEST.test(line) && line.includes(name));
  });
}

/** A test, or a heading of a table of text. */
const NAMES_A_TEST = /^\s*(?:(?:test|it|describe)\(|#)/;
