import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ServiceName } from '../options.ts';

const SCRIPT = new URL('./child-platform.ts', import.meta.url).pathname;
/** A start that takes longer than that does not come to its end. */
const STARTED_WITHIN_MS = 120_000;

/** A platform that runs in another process. */
export interface PlatformChild {
  readonly addresses: Readonly<Record<ServiceName, string>>;
  /** What the process has worked until it was ready, in ms: other work on the machine does not count. */
  readonly readyCpuMs: number;
  /** It is gone, whoever has ended it. */
  readonly hasEnded: boolean;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a platform on the directory in a process of its own, on free ports, and waits until it is ready. It ends with this process. */
export async function startPlatformChild(dataDir: string): Promise<PlatformChild> {
  const { child, gone } = spawnPlatform(dataDir);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  try {
    const line = await Promise.race([firstLine(child.stdout), gone.then((how) => Promise.reject(new ChildEnded(`ended with ${how} before it was ready`)))]);
    return { ...JSON.parse(line), kill, get hasEnded() { return child.exitCode !== null || child.signalCode !== null; } };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Starts one and kills it so many ms later, wherever it stands then; resolves when it is gone. */
export async function killWhileStarting(dataDir: string, afterMs: number): Promise<void> {
  const { child, gone } = spawnPlatform(dataDir);
  child.stdout.resume();
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await gone.finally(() => clearTimeout(timer));
}

type Spawned = ChildProcessByStdio<Writable, Readable, null>;

function spawnPlatform(dataDir: string): { readonly child: Spawned; readonly gone: Promise<string> } {
  const child = spawn(process.execPath, [SCRIPT, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { child, gone: once(child, 'exit').then(([code, signal]) => String(signal ?? code)) };
}

async function firstLine(output: Readable): Promise<string> {
  let text = '';
  output.setEncoding('utf8');
  const deadline = AbortSignal.timeout(STARTED_WITHIN_MS);
  while (!text.includes('\n')) text += String((await once(output, 'data', { signal: deadline }))[0]);
  return text;
}

class ChildEnded extends Error {
  override readonly name = 'ChildEnded';
}
