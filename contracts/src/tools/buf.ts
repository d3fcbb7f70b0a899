import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** The folder of the contracts, which the paths of the .proto files are relative to. */
export const CONTRACTS = join(import.meta.dirname, '..', '..');

/** buf wants a folder for itself even where it downloads nothing. */
const CACHE = join(CONTRACTS, '..', 'node_modules', '.cache', 'buf');

/** Where npm carries buf: a package for each system, each an optional dependency. */
const CARRIED: Readonly<Record<string, string>> = {
  'darwin-arm64': '@bufbuild/buf-darwin-arm64/bin/buf',
  'darwin-x64': '@bufbuild/buf-darwin-x64/bin/buf',
  'linux-arm64': '@bufbuild/buf-linux-aarch64/bin/buf',
  'linux-x64': '@bufbuild/buf-linux-x64/bin/buf',
  'win32-x64': '@bufbuild/buf-win32-x64/bin/buf.exe',
};

/** What a call of buf came to. */
export interface BufResult {
  readonly ok: boolean;
  /** Everything that buf said. */
  readonly said: string;
}

/** The program that npm has installed, or one of that name on the PATH; undefined where there is none. */
export function findBuf(): string | undefined {
  return carriedBuf() ?? bufOnPath();
}

/** Optional dependencies may have been left out. */
function carriedBuf(): string | undefined {
  const carried = CARRIED[`${process.platform}-${process.arch}`];
  try {
    return carried === undefined ? undefined : createRequire(import.meta.url).resolve(carried);
  } catch {
    return undefined;
  }
}

function bufOnPath(): string | undefined {
  const name = process.platform === 'win32' ? 'buf.exe' : 'buf';
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Runs buf in the folder of the contracts and waits for its end. */
export function runBuf(buf: string, words: readonly string[]): BufResult {
  const env = { BUF_CACHE_DIR: CACHE, ...process.env };
  const { status, stdout, stderr, error } = spawnSync(buf, words, { cwd: CONTRACTS, encoding: 'utf8', env });
  return { ok: status === 0, said: `${stdout}${stderr}${error?.message ?? ''}`.trim() };
}

/** What to say where buf is missing. */
export const WITHOUT_BUF = `buf is not installed here (npm carries it for ${Object.keys(CARRIED).join(', ')}), so this was not checked.`;
