import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Role } from '@traffic-tacos/gateway';
import type { ServiceName } from '@traffic-tacos/platform';
import { serviceProgram } from '../../src/index.ts';
import { separateSettings, START_ORDER, type SeparateSettings } from './separate-settings.ts';
import { tokenSigner } from './token-signer.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** All services as processes, each on a directory of its own, as `tacos up --separate` runs them. */
export interface ServiceProcesses extends Omit<SeparateSettings, 'environmentOf'> {
  readonly dataDir: string;
  readonly children: Readonly<Record<string, StartedProcess>>;
  start(name: ServiceName, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(name: ServiceName): Promise<void>;
  /** Calls a service as a user. */
  ask(service: ServiceName, method: string, path: string, call?: { readonly as?: string; readonly role?: Role; readonly key?: string; readonly body?: unknown }): Promise<Answer>;
}

/** A process that ended before it was ready. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly exitCode: number | null;

  constructor(name: string, exitCode: number | null, said: string) {
    super(`${name} ended with ${exitCode}: ${said}`);
    this.exitCode = exitCode;
  }
}

interface StartedProcess {
  readonly process: ChildProcess;
  readonly said: readonly string[];
}

/** The program of a service, with its arguments. */
export type ProgramOf = (name: ServiceName) => readonly [program: string, ...words: readonly string[]];

const asDelivered: ProgramOf = (name) => [serviceProgram(name)];

/** Runs one service's program, and waits until it is ready. Rejects with `NotStarted`. */
export async function startProcess(name: ServiceName, environment: Readonly<Record<string, string>>, programOf: ProgramOf = asDelivered): Promise<StartedProcess> {
  const child = spawn(process.execPath, [...programOf(name)], { env: { ...ofTests(), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => void said.push(line));
  const ready = once(createInterface({ input: child.stdout }), 'line');
  const ended = once(child, 'close').then(([code]: unknown[]) => Promise.reject(new NotStarted(name, typeof code === 'number' ? code : null, said.join('\n'))));
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  return { process: child, said };
}

/** What the runner of tests and the measurement of coverage go by; nothing that could be a setting. */
const ofTests = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PATH|HOME|NODE_V8_COVERAGE|TACOS_TEST_.*)$/.test(name)));

export async function withProcesses(body: (on: ServiceProcesses) => Promise<void>, settings: Readonly<Record<string, string>> = {}, programOf: ProgramOf = asDelivered): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-separate-'));
  const running = new Map<ServiceName, StartedProcess>();
  try {
    const on = await processesIn({ dataDir, running, programOf }, settings);
    for (const name of START_ORDER) await on.start(name);
    await body(on);
  } finally {
    await Promise.all([...running.values()].map(({ process: child }) => killed(child)));
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

interface Run {
  readonly dataDir: string;
  readonly running: Map<ServiceName, StartedProcess>;
  readonly programOf: ProgramOf;
}

async function processesIn({ dataDir, running, programOf }: Run, settings: Readonly<Record<string, string>>): Promise<ServiceProcesses> {
  const { ports, grpcPorts, environmentOf } = await separateSettings(dataDir, settings);
  return {
    dataDir, ports, grpcPorts,
    get children() {
      return Object.fromEntries(running);
    },
    start: async (name, own = {}) => void running.set(name, await startProcess(name, { ...environmentOf(name), ...own }, programOf)),
    kill: async (name) => {
      const child = running.get(name)?.process;
      if (child !== undefined) await killed(child);
    },
    ask: async (service, method, path, { as, role = 'user', key, body } = {}) => {
      const token = as === undefined ? undefined : await (await tokenSigner(join(dataDir, 'gateway'), `http://127.0.0.1:${ports.gateway}`))(as, role);
      const response = await fetch(`http://127.0.0.1:${ports[service]}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const document: unknown = await response.json();
      return { status: response.status, body: typeof document === 'object' && document !== null ? { ...document } : {} };
    },
  };
}
