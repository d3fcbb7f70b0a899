import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ServiceName } from '@traffic-tacos/platform';
import { serviceProgram, STOP_WITH_INPUT } from '@traffic-tacos/services';
import { childEnvironment } from '../config/child-environment.ts';

/** What a process that was killed by a signal is said to have ended with. */
const KILLED = 137;

/** A service that runs in a process of its own. */
export interface ServiceChild {
  readonly name: ServiceName;
  /** Its exit code, once it has ended by whatever cause. */
  readonly ended: Promise<number>;
  /** Asks it to stop, and kills it when it has not by then. Answers its exit code; 1 where it had to be killed. */
  stop(withinMs: number): Promise<number>;
}

/**
 * Starts the services one after the other, each when the one before it is ready, and puts each into `children` as it starts. Answers the one
 * that ended before it was ready, if any.
 */
export async function startChildren(
  names: readonly ServiceName[], environmentOf: (name: ServiceName) => Readonly<Record<string, string>>, children: ServiceChild[],
): Promise<{ readonly name: ServiceName; readonly code: number } | undefined> {
  for (const name of names) {
    const { child, ready } = startChild(name, environmentOf(name));
    children.push(child);
    const code = await Promise.race([ready, child.ended]);
    if (code !== undefined) return { name, code };
  }
  return undefined;
}

interface StartedChild {
  readonly child: ServiceChild;
  readonly ready: Promise<undefined>;
}

function startChild(name: ServiceName, environment: Readonly<Record<string, string>>): StartedChild {
  // A group of its own: Ctrl-C on the terminal reaches the parent alone, which stops them in order. Where the parent is killed, its end of
  // the standard input closes, and the service stops by itself.
  const running = spawn(process.execPath, [serviceProgram(name), STOP_WITH_INPUT], {
    env: childEnvironment(environment), stdio: ['pipe', 'pipe', 'pipe'], detached: true,
  });
  const ended = once(running, 'exit').then(([code]) => (typeof code === 'number' ? code : KILLED));
  prefixLines(name, running.stderr);
  return { child: { name, ended, stop: (withinMs) => stop(running, ended, withinMs) }, ready: firstLineOf(running.stdout) };
}

async function stop(running: Pick<ChildProcess, 'exitCode' | 'signalCode' | 'kill'>, ended: Promise<number>, withinMs: number): Promise<number> {
  if (running.exitCode !== null || running.signalCode !== null) return ended;
  running.kill('SIGTERM');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), withinMs);
  });
  const code = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (code !== undefined) return code;
  running.kill('SIGKILL');
  await ended;
  return 1;
}

/** A service says in one line where it listens, once it does. */
async function firstLineOf(output: Readable): Promise<undefined> {
  const lines = createInterface({ input: output });
  // Without a line the process has ended, which is for its exit code to tell.
  await new Promise<void>((resolve) => {
    lines.once('line', () => resolve());
  });
  return undefined;
}

/** Every line with the name of its service before it, so that logs of several can be told apart. */
function prefixLines(name: ServiceName, output: Readable): void {
  const prefix = `${name.padEnd(11)} | `;
  createInterface({ input: output }).on('line', (line) => void process.stderr.write(`${prefix}${line}\n`));
}
