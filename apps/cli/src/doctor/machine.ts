import { constants, existsSync } from 'node:fs';
import { access, readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import type { PlatformSettings } from '@traffic-tacos/kit';
import { shellWord } from '../config/as-typed.ts';
import { grouped } from '../terminal/say.ts';
import { nearest } from './directory.ts';
import { met, ok, unknown, type Finding } from './finding.ts';
import type { PlatformLook } from './what-runs.ts';

/** A journal's snapshot is begun after so many bytes, and its segments stay until the next one is whole. */
const NEEDED_BYTES = 2 * DEFAULT_LIMITS.snapshotEveryBytes;
const MEBIBYTE = 2 ** 20;

/** The Node that runs this, against the one that package.json brings. */
export async function checkNode(root: string, runs = process.versions.node): Promise<Finding> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const brought = broughtVersion(manifest);
  const majorOf = (version: string): string => version.split('.')[0] ?? '';
  if (brought === undefined || majorOf(runs) === majorOf(brought)) return ok('node', `${runs}; package.json brings ${brought ?? 'none'}`);
  const mend = 'Call it as npx tacos or npm start, which take the Node that npm installed.';
  return met('wrong_node', `Node ${runs} runs this, and the project is made for ${brought}`, mend);
}

function broughtVersion(manifest: unknown): string | undefined {
  if (typeof manifest !== 'object' || manifest === null || !('optionalDependencies' in manifest)) return undefined;
  const [version] = Object.values(manifest.optionalDependencies ?? {});
  return typeof version === 'string' ? version : undefined;
}

/** Whether there is room for the journal to grow until its next snapshot is whole. `neededBytes` and more is enough. */
export async function checkSpace(dataDir: string, neededBytes = NEEDED_BYTES, freeBytesAt = freeBytes): Promise<Finding> {
  const directory = resolve(dataDir);
  const free = await freeBytesAt(nearest(directory));
  const freeMib = grouped(Math.floor(free / MEBIBYTE));
  if (free >= neededBytes) return ok('space', `${freeMib} MiB are free`);
  const says = `only ${freeMib} MiB are free where ${directory} is, and the journal can need ${grouped(Math.ceil(neededBytes / MEBIBYTE))}`;
  return met('space_low', says, `Make room before the platform stops for it: df -h ${shellWord(nearest(directory))}; files named aside-… in its journal folder may go.`);
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** How many files the platform may have open, against the connections that it takes: of the one that runs, or of what this terminal would start. */
export async function checkDescriptors({ httpConnections }: PlatformSettings, platform: PlatformLook): Promise<Finding> {
  const pid = platform.kind === 'running' && platform.file.pid !== process.pid ? platform.file.pid : undefined;
  const limit = pid === undefined ? ownLimit() : await limitOf(pid);
  if (limit === undefined) return unknown('files', 'this system does not tell how many may be open');
  const shown = limit === Number.POSITIVE_INFINITY ? 'any number of' : grouped(limit);
  if (limit >= httpConnections) return ok('files', `${shown} open files are allowed`);
  const says = `${pid === undefined ? 'a platform started here' : `process ${pid}`} may open ${shown} files, and HTTP_CONNECTIONS is ${grouped(httpConnections)}`;
  return met('descriptors_few', says, `ulimit -n ${httpConnections} before npm start (LimitNOFILE=${httpConnections} for systemd), or set HTTP_CONNECTIONS=${Math.max(1, Math.floor(limit * 0.9))}`);
}

/** Node raises its own limit to the highest that it may have. */
function ownLimit(): number | undefined {
  const report: unknown = reportWithoutNetwork();
  const limits = typeof report === 'object' && report !== null && 'userLimits' in report ? report.userLimits : undefined;
  const files = typeof limits === 'object' && limits !== null && 'open_files' in limits ? limits.open_files : undefined;
  const soft = typeof files === 'object' && files !== null && 'soft' in files ? files.soft : undefined;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : typeof soft === 'number' ? soft : undefined;
}

/** The names of all open connections would be looked up otherwise; the types do not know of it yet. */
function reportWithoutNetwork(): unknown {
  Reflect.set(process.report, 'excludeNetwork', true);
  return process.report.getReport();
}

async function limitOf(pid: number): Promise<number | undefined> {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '');
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Whether the log's file can be written; nothing where the log goes to standard error. */
export async function checkLogFile({ logFile }: PlatformSettings): Promise<readonly Finding[]> {
  if (logFile === undefined) return [];
  const path = resolve(logFile);
  const why = await whyUnwritable(path);
  if (why === undefined) return [ok('log', `${path} can be written`)];
  return [met('log_unwritable', `${path} (LOG_FILE) cannot be written: ${why}`, `mkdir -p ${shellWord(dirname(path))}, or unset LOG_FILE: the log goes to standard error then`)];
}

async function whyUnwritable(path: string): Promise<string | undefined> {
  try {
    const target = existsSync(path) ? path : dirname(path);
    if ((await stat(target)).isDirectory() === (target === path)) return target === path ? 'it is a directory' : `${target} is no directory`;
    await access(target, constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
