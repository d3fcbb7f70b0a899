import { dirname, join, resolve } from 'node:path';
import { DirectoryInUse, lockDirectory, type CopyReport, type DirectoryLock } from '@traffic-tacos/journal';
import { refuseInside, refuseTaken, servicesIn, type ServiceName } from '@traffic-tacos/platform';
import { CommandFailed } from '../command-failed.ts';
import { asTyped, shellWord } from '../config/as-typed.ts';
import { counted, grouped } from '../terminal/say.ts';
import { copyBack, copyOut } from './copy-directory.ts';

/**
 * Copies the directories of services that run apart, each under its service's name, while none of them runs: their journals speak of each other, and
 * cannot be copied as of one instant beside them. Answers what to tell. Throws `CommandFailed` where one runs.
 */
export async function backupApart(dataDir: string, directory: string): Promise<readonly string[]> {
  await refuseTaken(directory);
  await refuseInside(dataDir, directory);
  const services = await servicesIn(dataDir);
  const reports = await whileNobodyWorks(services.map((name) => join(dataDir, name)), () => each(services, (name) => copyOut(join(dataDir, name), join(directory, name))));
  return [`Backed up ${resolve(dataDir)} to ${resolve(directory)}: ${counted(services.length, 'service')}, each with its keys.`, ...reports];
}

/** Copies the directory of one service, while it does not run: for deployments in which each has a machine of its own. Answers what to tell. */
export async function backupService(dataDir: string, service: ServiceName, directory: string): Promise<readonly string[]> {
  const [report = ''] = await whileNobodyWorks([dataDir], () => each([service], () => copyOut(dataDir, directory)));
  const all = `${asTyped(`npx tacos backup ${shellWord(resolve(directory))}`, dirname(resolve(dataDir)))}`;
  return [
    `Backed up ${resolve(dataDir)} to ${resolve(directory)}:`,
    report,
    `This is one service of several, and fits only copies of the others that were made in the same stop. All that stand beside it: ${all}`,
  ];
}

/** Brings back what `backupApart` has copied. Answers what to tell. */
export async function restoreApart(backup: string, dataDir: string): Promise<readonly string[]> {
  const services = await servicesIn(backup);
  const places = services.map((name) => join(dataDir, name));
  const reports = await whileNobodyWorks(places, () => each(services, (name) => copyBack(join(backup, name), join(dataDir, name))));
  return [`Restored ${resolve(backup)} into ${resolve(dataDir)}: ${counted(services.length, 'service')}.`, ...reports];
}

async function each(services: readonly ServiceName[], copy: (name: ServiceName) => Promise<CopyReport>): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const name of services) {
    const { files, bytes, lastSequence } = await copy(name);
    lines.push(`  ${name.padEnd(12)} ${counted(files, 'journal file')}, ${grouped(bytes)} bytes, checked through group ${lastSequence}`);
  }
  return lines;
}

/** Owns the directories meanwhile, so that nobody starts in one of them. */
async function whileNobodyWorks<T>(directories: readonly string[], work: () => Promise<T>): Promise<T> {
  const locks: DirectoryLock[] = [];
  try {
    for (const directory of directories) locks.push(lockDirectory(directory));
    return await work();
  } catch (error) {
    if (error instanceof DirectoryInUse) throw new CommandFailed(`${error.message.split('. ')[0] ?? ''}. ${STOPPED_ONLY}`, { cause: error });
    throw error;
  } finally {
    for (const lock of locks) lock.release();
  }
}

const STOPPED_ONLY =
  'Services that run apart are backed up and restored while all of them are stopped: their journals speak of each other, and cannot be copied as of one instant beside them.\n' +
  'Stop them (Ctrl-C where tacos up --separate runs), run this again, and start them. · 서비스를 모두 종료한 뒤 다시 실행하세요.';
