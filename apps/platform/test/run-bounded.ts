import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program ended. */
export interface Ended {
  /** Null when it was ended by a signal: it took too long, or somebody else ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bounds {
  readonly limitMs: number;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a program to its end, or to the limit: then it is killed with everything that it has started. Rejects where it cannot be started. */
export async function runBounded(program: string, words: readonly string[], { limitMs, env }: Bounds): Promise<Ended> {
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (output.stderr += text));
  // A group of its own, so that the compiler below `make` ends with it.
  const limit = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), limitMs);
  try {
    const [exitCode] = await once(child, 'close');
    return { exitCode: typeof exitCode === 'number' ? exitCode : null, ...output };
  } finally {
    clearTimeout(limit);
  }
}
