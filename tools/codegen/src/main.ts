/**
 * `npm run reference`: writes the pages of docs/reference that are made from code and the OpenAPI documents in contracts, and names those that have changed. A test fails while
 * one of them is stale.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referencePages, stalePages } from './reference-pages.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const stale = stalePages(root, await referencePages(root));
for (const { path, text } of stale) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
process.stdout.write(stale.length === 0 ? 'every page is up to date\n' : stale.map(({ path }) => `written: ${path}\n`).join(''));
