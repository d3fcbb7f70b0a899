import { constants, existsSync } from 'node:fs';
import { access, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { grouped } from '../terminal/say.ts';
import { ok, problem, type Finding } from './finding.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
/** A journal's snapshot is begun after so many bytes, and its segments stay until the next one is whole. */
const NEEDED_BYTES = 2 * DEFAULT_LIMITS.snapshotEveryBytes;
const MEBIBYTE = 2 ** 20;

/** The Node that runs this, against the one that package.json brings. */
export async function checkNode(runs = process.versions.node, manifestFile = join(ROOT, 'package.json')): Promise<Finding> {
  const manifest: unknown = JSON.parse(await readFile(manifestFile, 'utf8'));
  const brought = broughtVersion(manifest);
  if (brought === undefined) return problem('node', `${runs} runs this; package.json names none`, 'Get it back: git checkout -- package.json');
  const majorOf = (version: string): string => version.split('.')[0] ?? '';
  if (majorOf(runs) === majorOf(brought)) return ok('node', `${runs}; package.json brings ${brought}`);
  return problem('node', `${runs} runs this, and the project is made for ${brought}`, 'Call it as npx tacos or npm start, which take the Node that npm install brought.');
}

function broughtVersion(manifest: unknown): string | undefined {
  if (typeof manifest !== 'object' || manifest === null || !('optionalDependencies' in manifest)) return undefined;
  const [version] = Object.values(manifest.optionalDependencies ?? {});
  return typeof version === 'string' ? version : undefined;
}

/** Whether the directory can be written, and belongs to who runs this. One that is not there yet will be made. */
export async function checkDirectory(dataDir: string): Promise<Finding> {
  const directory = resolve(dataDir);
  const above = existing(directory);
  const mend = 'Make it writable for the user who runs the platform, or name another directory with TACOS_DATA_DIR.';
  try {
    await access(above, constants.W_OK | constants.X_OK);
    if (above !== directory) return ok('directory', `${directory} is not there yet; the first start makes it`);
    await writeProbe(directory);
    const { uid } = await stat(directory);
    const isOwn = process.getuid === undefined || process.getuid() === uid;
    if (isOwn) return ok('directory', `${directory} can be written`);
    return problem('directory', `${directory} belongs to another user (id ${uid})`, mend);
  } catch (error) {
    return problem('directory', `${above} cannot be written: ${error instanceof Error ? error.message : String(error)}`, mend);
  }
}

/** The mode says what is allowed; only a file tells whether the disk takes it. */
async function writeProbe(directory: string): Promise<void> {
  const probe = join(directory, `.doctor-${process.pid}`);
  await writeFile(probe, 'probe');
  await rm(probe);
}

/** Whether there is room for the journal to grow until its next snapshot is whole. */
export async function checkSpace(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(existing(resolve(dataDir)));
  const freeMib = grouped(Math.floor((bavail * bsize) / MEBIBYTE));
  if (bavail * bsize >= NEEDED_BYTES) return ok('space', `${freeMib} MiB are free`);
  const needed = grouped(NEEDED_BYTES / MEBIBYTE);
  return problem('space', `only ${freeMib} MiB are free, and the journal can need ${needed}`, 'Make room on that disk: when it is full, the platform stops.');
}

/** The directory itself, or the nearest one above it that is there. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}
