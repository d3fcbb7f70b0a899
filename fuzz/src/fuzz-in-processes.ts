import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Figures } from './fuzz.ts';
import type { Only } from './grammar.ts';

/** The cases of one process. */
export interface FuzzPart {
  readonly seed: number;
  readonly only: Only;
  readonly from: number;
  readonly cases: number;
}

/** What a process says of them. */
export type PartMessage =
  | { readonly kind: 'progress'; readonly figures: Figures }
  | { readonly kind: 'done'; readonly figures: Figures; readonly found: string | undefined };

export interface SplitOptions extends FuzzPart {
  /** How many platforms are asked at once, each with as many of the cases. */
  readonly processes: number;
  readonly onProgress?: (progress: Figures) => void;
  /** What each process runs; `fuzz-part.ts` unless given. */
  readonly program?: string;
}

/** What all processes have done together, and the first thing that one of them has found, in words. */
export interface SplitReport {
  readonly figures: Figures;
  readonly found: string | undefined;
}

const PART = join(import.meta.dirname, 'fuzz-part.ts');
/** Cases make much that is garbage at once: with more room for what is young, less of it is looked at. */
const NODE_ARGUMENTS = ['--max-semi-space-size=64'];
const LAST_WORDS_CHARS = 4_000;

/**
 * Divides the cases among processes with a platform each, so that every core has work. A case depends on the seed and its number alone, so
 * it does not matter which process sends it. The first thing found ends all of them, and a process that dies is a thing found.
 */
export async function fuzzInProcesses({ processes, onProgress, program = PART, ...whole }: SplitOptions): Promise<SplitReport> {
  const startedMs = performance.now();
  const newest: Figures[] = [];
  const parts = partsOf(whole, processes).map((part, at) => {
    const child = fork(program, { execArgv: NODE_ARGUMENTS, serialization: 'advanced', stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    const ended = endOf(child, part, (figures) => {
      newest[at] = figures;
      if (newest.filter(Boolean).length === parts.length) onProgress?.(together(newest, startedMs));
    });
    child.send(part, ignoreGone);
    return { child, ended };
  });
  const stopAll = (): void => parts.forEach(({ child }) => child.connected && child.send('stop', ignoreGone));
  const found = await Promise.all(parts.map(async ({ ended }) => {
    const one = await ended;
    if (one !== undefined) stopAll();
    return one;
  }));
  return { figures: together(newest, startedMs), found: found.find((one) => one !== undefined) };
}

/** A process that has gone meanwhile needs no word: how it ended is told by its close. */
const ignoreGone = (): void => undefined;

function partsOf({ cases, from, ...same }: FuzzPart, processes: number): readonly FuzzPart[] {
  const size = Math.ceil(cases / processes);
  return Array.from({ length: Math.ceil(cases / size) }, (_, at) => ({ ...same, from: from + at * size, cases: Math.min(size, cases - at * size) }));
}

/** Resolves with what it has found, undefined where it came to its end. */
function endOf(child: ChildProcess, { from, cases, seed, only }: FuzzPart, tell: (figures: Figures) => void): Promise<string | undefined> {
  let lastWords = '';
  let told: { readonly found: string | undefined } | undefined;
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS_CHARS)));
  child.on('message', (message: PartMessage) => {
    tell(message.figures);
    if (message.kind === 'done') told = { found: message.found };
  });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  child.on('close', (code, signal) => {
    const died = `FOUND  the process of the platform died (${signal ?? `exit code ${code}`})\n${lastWords}\nagain:  npm run fuzz -- --processes 1 --seed ${seed} --only ${only} --from ${from} --cases ${cases}`;
    resolve(told === undefined ? died : told.found);
  });
  return promise;
}

function together(parts: readonly Figures[], startedMs: number): Figures {
  const all = parts.filter(Boolean);
  const sum = (of: (one: Figures) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    seed: all[0]?.seed ?? 0,
    from: Math.min(...all.map(({ from }) => from)),
    cases: sum(({ cases }) => cases),
    requests: sum(({ requests }) => requests),
    seconds: (performance.now() - startedMs) / 1_000,
    answers: added(all.map(({ answers }) => answers)),
    asked: added(all.map(({ asked }) => asked)),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    rssMegabytes: sum(({ rssMegabytes }) => rssMegabytes),
  };
}

function added(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const counts of all) for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}
