import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A file that is built to serve: no test, no suite, no stand-in for tests. */
export interface ProductSource {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const FOR_TESTS = /\/testing(?:\.ts$|\/)|-suite\.ts$|\/suite\//;

/** What the pages look through to say whether anything uses a setting or a code yet. */
export function productSources(root: string): readonly ProductSource[] {
  return globSync('{packages,services,apps}/*/src/**/*.ts', { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !FOR_TESTS.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
