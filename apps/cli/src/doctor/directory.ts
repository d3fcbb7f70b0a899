import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, mkdtemp, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ForeignDirectory, refuseForeign } from '@traffic-tacos/platform';
import { namedBy } from '../beside/refuse-start.ts';
import { anotherDirectory, shellWord } from '../config/as-typed.ts';
import type { Case } from './case.ts';
import { met, ok, type Finding } from './finding.ts';
import type { Place } from './places.ts';
import type { PlatformLook } from './what-runs.ts';

/** Whether the directory can be written, belongs to who runs this, and has no owner but a platform. One that is not there yet will be made. */
export async function checkDirectory(found: Case, { dataDir, isGateway }: Place, platform: PlatformLook): Promise<Finding> {
  const directory = resolve(dataDir);
  const above = nearest(directory);
  const status = await stat(above);
  if (!status.isDirectory()) return met('directory_is_file', `${above} is a file, and the data directory should be ${directory}`, `Name a directory: ${elsewhere(directory)}`);
  try {
    await access(above, constants.W_OK | constants.X_OK);
    await (above === directory ? writeProbe(directory) : makeProbe(above));
  } catch (error) {
    const isForeign = above === directory && process.getuid !== undefined && process.getuid() !== status.uid && !isReadOnly(error);
    return isForeign ? foreign(directory, status.uid) : unwritable(directory, above, error);
  }
  if (above !== directory) return ok('directory', `${directory} is not there yet; the first start makes it`);
  if (process.getuid !== undefined && process.getuid() !== status.uid) return foreign(directory, status.uid);
  const strange = await refuseForeign(directory, namedBy(found.settings)).catch((error: unknown) => error);
  if (strange instanceof ForeignDirectory) return met('directory_not_ours', strange.message, `Name an empty directory, or one that is not there yet: ${elsewhere(directory)}`);
  if (isGateway && platform.kind !== 'running' && platform.owner !== undefined) return await inUse(found, directory, platform.owner);
  return ok('directory', `${directory} can be written`);
}

const elsewhere = (directory: string): string => `TACOS_DATA_DIR=${anotherDirectory(directory)} npm start`;
const isReadOnly = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EROFS';

/** Never the owner of a directory above: it may be everybody's. */
function unwritable(directory: string, above: string, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  const own = above === directory ? `sudo chown -R "$(id -un)" ${shellWord(directory)}` : `sudo install -d -o "$(id -un)" -m 700 ${shellWord(directory)}`;
  const first = isReadOnly(error) ? `Mount the file system for writing (findmnt -T ${shellWord(above)} names it)` : own;
  return met('directory_unwritable', `${directory} cannot be written: ${why}`, `${first}, or name another directory: ${elsewhere(directory)}`);
}

function foreign(directory: string, owner: number): Finding {
  const mend = `Run the platform as that user, or: sudo chown -R "$(id -un)" ${shellWord(directory)}`;
  return met('directory_foreign', `${directory} belongs to another user (id ${owner})`, mend);
}

async function inUse({ asTyped }: Case, directory: string, pid: number): Promise<Finding> {
  const command = await commandOf(pid);
  if (command !== undefined && SERVICE_ALONE.test(command)) return ok('directory', `${directory} can be written, and belongs to process ${pid}: ${command}`);
  const who = `process ${pid}${command === undefined ? '' : ` (${command})`}`;
  const mend = `Wait until it has ended, or stop it: kill ${pid}. Then look again: ${asTyped('npx tacos doctor')}`;
  return met('directory_in_use', `${directory} is in use by ${who}, and no platform answers for it`, mend);
}

/** A service in a process of its own writes down nothing of a platform. */
const SERVICE_ALONE = /\bapps\/services\/src\/[a-z]+\.ts\b/;
const MAX_COMMAND_CHARS = 120;

/** What somebody called that process with; undefined where the system does not tell. */
async function commandOf(pid: number): Promise<string | undefined> {
  const asked = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => undefined);
  const command = asked?.stdout.trim() ?? '';
  return command === '' ? undefined : command.slice(0, MAX_COMMAND_CHARS);
}

/** The mode says what is allowed; only a file tells whether the disk takes it. */
async function writeProbe(directory: string): Promise<void> {
  const probe = join(directory, `.doctor-${process.pid}`);
  await writeFile(probe, 'probe');
  await rm(probe);
}

const makeProbe = async (above: string): Promise<void> => rmdir(await mkdtemp(join(above, '.doctor-')));

/** The directory itself, or the nearest one above it that is there. */
export function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
