import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, symlinkSync, type Dirent } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders that a fresh clone does not have. */
const NOT_CLONED = new Set(['.git', 'data', 'coverage', 'bench-results']);

/**
 * A copy of the tree to run commands in, so that they find what a newcomer would find and leave nothing here. The files of node_modules
 * are the same files under another name (hard links), since nothing writes into them.
 */
export function copyTree(root: string): string {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'tacos-readme-')));
  copyFolder(
    root,
    copy,
    copyFileSync,
    (entry) => !NOT_CLONED.has(entry.name) && entry.name !== 'node_modules' && !entry.name.startsWith('.tacos-'),
  );
  mkdirSync(join(copy, 'node_modules'));
  copyFolder(join(root, 'node_modules'), join(copy, 'node_modules'), linkOrCopy, () => true);
  return copy;
}

function copyFolder(from: string, to: string, copyFile: (from: string, to: string) => void, wanted: (entry: Dirent) => boolean): void {
  for (const entry of readdirSync(from, { withFileTypes: true }).filter(wanted)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile()) copyFile(source, target);
    else if (entry.isDirectory()) {
      mkdirSync(target);
      copyFolder(source, target, copyFile, wanted);
    }
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another disk, or one without links.
    copyFileSync(from, to);
  }
}
