import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_POLL_MS = 10;

/** A process that a scenario measures. */
export interface Child {
  readonly process: ChildProcess;
  /** Ends it by the signal and waits until it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a Node process of this project; what it prints to standard error is shown only when it ends badly. */
export function startNode(script: string, scriptArguments: readonly string[], env: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, [script, ...scriptArguments], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-4000);
  });
  child.on('exit', (code) => {
    if (code !== 0 && code !== null) process.stderr.write(`${script} ended with ${code}:\n${lastWords}\n`);
  });
  return {
    process: child,
    stop: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/** A check that found something ends so; its report is printed all the same. */
const FOUND_SOMETHING = 1;

/** Runs a Node program of this project to its end; resolves to what it printed. Rejects when it ends badly. */
export function runNode(script: string, scriptArguments: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 16 * 1024 * 1024, env: { ...process.env, ...env } };
    execFile(process.execPath, [script, ...scriptArguments], options, (error, stdout) => {
      if (error === null || (error.code === FOUND_SOMETHING && stdout !== '')) resolve(stdout);
      else reject(error);
    });
  });
}

/** Resolves when the address answers 200; rejects after the time, in ms. */
export async function waitUntilReady(url: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await answers(url)) return;
    if (performance.now() > deadline) throw new NotReady(`${url} did not answer 200 within ${withinMs} ms`);
    await sleep(READY_POLL_MS);
  }
}

class NotReady extends Error {
  override readonly name = 'NotReady';
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Nobody listens yet: that is what is being waited for.
    return false;
  }
}

/** Ports that nobody listened on a moment ago. */
export async function freePorts(howMany: number): Promise<readonly number[]> {
  const servers = Array.from({ length: howMany }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.push(address.port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
