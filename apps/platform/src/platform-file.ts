import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName } from './options.ts';

const FILE = 'platform.json';

/** What a running platform says of itself in its data directory, so that commands on the same machine find it. */
export interface PlatformFile {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  /** The issuer under which tokens of this directory are signed. */
  readonly issuer: string;
  readonly audience: string | undefined;
  /** `http://127.0.0.1:8000` and so on. */
  readonly addresses: Readonly<Record<ServiceName, string>>;
}

export const platformFilePath = (dataDir: string): string => join(dataDir, FILE);

/** Appears whole under its name, or not at all. */
export async function writePlatformFile(dataDir: string, file: PlatformFile): Promise<void> {
  const path = platformFilePath(dataDir);
  await writeFile(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined where no platform has run, or the last one left cleanly. After a crash the file stays: whether its process lives is for the reader to see. */
export async function readPlatformFile(dataDir: string): Promise<PlatformFile | undefined> {
  try {
    const file: PlatformFile = JSON.parse(await readFile(platformFilePath(dataDir), 'utf8'));
    return file;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined;
    throw error;
  }
}

export const removePlatformFile = (dataDir: string): Promise<void> => rm(platformFilePath(dataDir), { force: true });
