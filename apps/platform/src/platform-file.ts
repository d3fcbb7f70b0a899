import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GrpcAddresses } from './grpc-servers.ts';
import { SERVICE_NAMES, type ServiceName } from './options.ts';

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
  /** `127.0.0.1:8021` and so on; undefined where an older version runs. */
  readonly grpcAddresses?: GrpcAddresses | undefined;
}

const platformFilePath = (dataDir: string): string => join(dataDir, FILE);

/** Appears whole under its name, or not at all. */
export async function writePlatformFile(dataDir: string, file: PlatformFile): Promise<void> {
  const path = platformFilePath(dataDir);
  await writeFile(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/**
 * Undefined where no platform has run, the last one left cleanly, or the file says something else. After a crash the file stays: whether its
 * process lives is for the reader to see.
 */
export async function readPlatformFile(dataDir: string): Promise<PlatformFile | undefined> {
  try {
    const document: unknown = JSON.parse(await readFile(platformFilePath(dataDir), 'utf8'));
    return isPlatformFile(document) ? document : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined;
    throw error;
  }
}

function isPlatformFile(document: unknown): document is PlatformFile {
  if (!isObject(document) || !isObject(document['addresses'])) return false;
  const { pid, version, startedAt, issuer, audience, addresses } = document;
  const texts = [version, startedAt, issuer, ...SERVICE_NAMES.map((name) => addresses[name])];
  return typeof pid === 'number' && texts.every((text) => typeof text === 'string') && (audience === undefined || typeof audience === 'string');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

export const removePlatformFile = (dataDir: string): Promise<void> => rm(platformFilePath(dataDir), { force: true });
