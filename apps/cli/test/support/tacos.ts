import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const COMMAND_LIMIT_MS = 60_000;

/** Settings for one command, on top of what every process needs. */
export type Environment = Readonly<Record<string, string>>;

/** A command that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scratch directory that is removed with the test that uses it. */
export function scratchDirectory(test: { after(remove: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), 'tacos-cli-'));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Everything on free ports, in that data directory. */
export const settingsFor = (dataDir: string, more: Environment = {}): Environment => ({
  TACOS_DATA_DIR: dataDir, GATEWAY_PORT: '0', RESERVATION_PORT: '0', INVENTORY_PORT: '0', PAYMENT_PORT: '0', WORKER_PORT: '0',
  GATEWAY_GRPC_PORT: '0', RESERVATION_GRPC_PORT: '0', INVENTORY_GRPC_PORT: '0', PAYMENT_GRPC_PORT: '0', WORKER_GRPC_PORT: '0', ...more,
});

/** A process of the command line, as a shell would start it. The settings of whoever runs the tests do not reach it. */
export function startTacos(words: readonly string[], settings: Environment): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], { env: { ...neutralEnvironment(), ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The variables of this process without any that could be a setting. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  const kept = /^(PATH|HOME|TMPDIR|LANG|LC_.*|NODE_V8_COVERAGE|TACOS_TEST_.*|TACOS_CI_.*|TACOS_README_.*|SystemRoot)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));
}

/** Runs a command to its end. */
export const tacos = (words: readonly string[], settings: Environment, limitMs = COMMAND_LIMIT_MS): Promise<Ended> => endedInTime(startTacos(words, settings), limitMs);

/** What a process says until it ends; it is killed past the time that any command may take. */
export async function endedInTime(child: ChildProcess, limitMs = COMMAND_LIMIT_MS): Promise<Ended> {
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  try {
    return await ended(child);
  } finally {
    clearTimeout(limit);
  }
}

/** What a process says until it ends. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, ...output };
}
