import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ServiceName } from '../options.ts';

const SCRIPT = new URL('./child-platform.ts', import.meta.url).pathname;

/** A platform that runs in another process. */
export interface PlatformChild {
  readonly addresses: Readonly<Record<ServiceName, string>>;
  /** What the process has worked until it was ready, in ms: other work on the machine does not count. */
  readonly readyCpuMs: number;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a platform on the directory in a process of its own, and waits until it is ready. */
export async function startPlatformChild(dataDir: string, gatewayPort: number): Promise<PlatformChild> {
  const child: ChildProcess = spawn(process.execPath, [SCRIPT, dataDir, String(gatewayPort)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const firstLine = child.stdout === null ? Promise.reject(new ChildEnded('has no output')) : once(child.stdout, 'data');
  const [line] = await Promise.race([firstLine, gone.then(([code]) => Promise.reject(new ChildEnded(`ended with ${String(code)}`)))]);
  return {
    ...JSON.parse(String(line)),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

class ChildEnded extends Error {
  override readonly name = 'ChildEnded';
}
