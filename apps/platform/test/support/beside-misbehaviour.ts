import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Client, TestPlatform } from '@traffic-tacos/platform/testing';
import type { Orders, Outcome } from './misbehaving-client.ts';

const SCRIPT = new URL('./misbehaving-client.ts', import.meta.url).pathname;
/** As many at least, so that the slowest of a hundred is not the slowest of all. */
const REQUESTS = 400;
const COLLECTIONS = 4;
const NS_PER_MS = 1_000_000;

/** What another client, and the process itself, noticed of it. */
export interface Beside {
  readonly outcome: Outcome;
  readonly p99BeforeMs: number;
  readonly p99BesideMs: number;
  readonly requestsBeside: number;
  /** 99 of 100 turns of the event loop came no later than this. */
  readonly loopDelayP99Ms: number;
  /** What is still held after a collection of garbage, more than before. */
  readonly grownBytes: number;
}

/** Lets a client misbehave in a process of its own, while another one asks for its reservation again and again. */
export async function besideMisbehaviour(on: TestPlatform, behaviour: Orders['behaviour'], connections: number, service: 'reservation' | 'inventory' = 'reservation'): Promise<Beside> {
  const alice = await on.user('alice');
  const held = await alice.hold('evt_1', ['A-1']);
  const ask = (): Promise<number> => timeOf(alice, held.id);
  const signed = await on.platform.signToken({ userId: 'mallory', role: 'user', ttlSeconds: 600 });
  const authorization = `Bearer ${signed.kind === 'signed' ? signed.token : ''}`;
  await inTurn(ask, REQUESTS);
  const before = await inTurn(ask, REQUESTS);
  const heldBytes = await heldNow();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();

  const child = fork(SCRIPT, { execArgv: [] });
  const exited = once(child, 'exit');
  const outcome = outcomeOf(child);
  child.send({ behaviour, connections, port: Number(new URL(on.platform.addresses[service]).port), authorization } satisfies Orders);
  let isOver = false;
  const ended = outcome.finally(() => (isOver = true));
  const beside: number[] = [];
  while (!isOver || beside.length < REQUESTS) beside.push(await ask());
  delay.disable();
  const [result] = await Promise.all([ended, exited]);
  return {
    outcome: result,
    p99BeforeMs: p99Of(before),
    p99BesideMs: p99Of(beside),
    requestsBeside: beside.length,
    loopDelayP99Ms: delay.percentile(99) / NS_PER_MS,
    grownBytes: (await heldNow()) - heldBytes,
  };
}

async function timeOf(client: Client, id: string): Promise<number> {
  const startedMs = performance.now();
  const { status } = await client.get('reservation', `/v1/reservations/${id}`);
  if (status !== 200) throw new OthersSuffer(status);
  return performance.now() - startedMs;
}

class OthersSuffer extends Error {
  override readonly name = 'OthersSuffer';

  constructor(status: number) {
    super(`another client was answered ${status}`);
  }
}

async function inTurn(ask: () => Promise<number>, times: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) taken.push(await ask());
  return taken;
}

const p99Of = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { readonly outcome?: Outcome }) => {
      if (message.outcome !== undefined) resolve(message.outcome);
    });
    child.on('exit', (code) => reject(new ClientEnded(`the misbehaving client ended with ${String(code)}`)));
  });
}

class ClientEnded extends Error {
  override readonly name = 'ClientEnded';
}

/** Bytes of objects and buffers that are in use, after garbage has been collected: twice, for what the first time has set free. */
async function heldNow(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  for (let i = 0; i < COLLECTIONS; i++) {
    if (typeof collect === 'function') collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
