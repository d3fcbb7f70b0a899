import { readPlatformFile, type PlatformFile } from '@traffic-tacos/platform';

/**
 * What stands in a data directory. `running`: the process that wrote the file is alive. `left`: it ended without taking the file away,
 * as after a crash.
 */
export type FoundPlatform =
  | { readonly kind: 'running'; readonly file: PlatformFile }
  | { readonly kind: 'left'; readonly file: PlatformFile }
  | { readonly kind: 'none' };

/** Looks for the platform that works in the directory, by what it wrote there. */
export async function findPlatform(dataDir: string): Promise<FoundPlatform> {
  const file = await readPlatformFile(dataDir);
  if (file === undefined) return { kind: 'none' };
  return { kind: isAlive(file.pid) ? 'running' : 'left', file };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
