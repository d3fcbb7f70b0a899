import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { present } from '@traffic-tacos/kernel';
import type { GrpcServiceName } from '@traffic-tacos/platform';
import { createErrorRegistry, ERROR_TABLE, type LogLevel } from '@traffic-tacos/kit';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { drawCase, keep, type FuzzCase, type Grammar, type Kept } from './case.ts';
import { checkPlatform, untilSettled, wrongWithLog } from './checkpoint.ts';
import { grammarOf, type Only } from './grammar.ts';
import { Lane, type Counted, type Wrong } from './lane.ts';
import { Ledger } from './ledger.ts';
import { RpcConnection } from './rpc/connection.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { shrink, type Shrunk } from './shrink.ts';
import { HOLD_MS, openStage, type ServeInstead, type Stage } from './stage.ts';

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  readonly only: Only;
  /** No case begins after it. */
  readonly withinMs?: number;
  /** The number of the first case; 0 unless given. */
  readonly from?: number;
  /** What the platform logs, where secrets are looked for as well; `info` unless given. */
  readonly logLevel?: LogLevel;
  /** What to keep of each case; all of it unless given. */
  readonly kept?: Kept;
  readonly serveInstead?: ServeInstead;
  /** Called every few seconds with what has been done so far. */
  readonly onProgress?: (progress: Figures) => void;
  /** No case begins once it is aborted. */
  readonly signal?: AbortSignal;
}

/** What a run has done. */
export interface Figures {
  readonly seed: number;
  /** The number of the first case. */
  readonly from: number;
  readonly cases: number;
  readonly requests: number;
  readonly seconds: number;
  /** By HTTP status, or `grpc 5`. */
  readonly answers: ReadonlyMap<string, number>;
  /** How often each route and method was asked. */
  readonly asked: ReadonlyMap<string, number>;
  /** Reservations that were acknowledged, and asked for again. */
  readonly acknowledged: number;
  readonly rssMegabytes: number;
}

/** What a run has done and found. */
export interface FuzzReport extends Figures {
  /** The first thing found. Nothing runs after it. */
  readonly found: Found | undefined;
}

export interface Found {
  readonly problem: string;
  /** The case that showed it, with as little left of it as still does; undefined where only the whole run shows it. */
  readonly shrunk: Shrunk | undefined;
  /** The numbers of the cases that may show it, where none of them has shown it again alone. */
  readonly suspects: readonly number[];
}

const LANES = 64;
/** Between two looks at the platform as a whole. */
const CASES_OF_A_ROUND = 50_000;
/** Looks, a second apart: a process that stands still looks at nothing, and so suspects nobody. */
const LOOKS_WITHOUT_ANSWER = 30;
/** Between two looks at the log. */
const CASES_OF_A_LOOK = 100;
const CHECKED_AT_THE_END = 20_000;
const LOOKS_OF_PROGRESS = 5;

/** Sends cases to a whole platform in this process, until one shows something wrong or all are done. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const stage = await openStage(options.logLevel ?? 'info', options.serveInstead);
  const run = new Run(stage, options);
  try {
    return await run.all();
  } finally {
    run.close();
    await stage.stop();
  }
}

class Run {
  readonly #stage: Stage;
  readonly #options: FuzzOptions;
  readonly #grammar: Grammar;
  readonly #ledger = new Ledger();
  readonly #secrets: Secrets;
  readonly #counted: Counted;
  readonly #lanes: readonly Lane[];
  readonly #channels: Readonly<Record<GrpcServiceName, RpcConnection>>;
  readonly #startedMs = performance.now();
  readonly #watch: NodeJS.Timeout;
  /** What each lane had begun at the last look, and how many looks ago that was. */
  readonly #looks = new Map<Lane, { begun: number; looks: number }>();
  /** Cases since the log was looked at. */
  #ended: FuzzCase[] = [];
  #next: number;
  #looked = 0;
  #found: Found | undefined;

  constructor(stage: Stage, options: FuzzOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#next = options.from ?? 0;
    this.#grammar = grammarOf(stage.platform, options.only);
    this.#secrets = createSecrets(stage.world);
    this.#counted = { requests: 0, answers: new Map(), asked: new Map(this.#grammar.targets.map(({ name }) => [name, 0])) };
    const channels = Object.entries(stage.platform.grpcAddresses).map(([name, address]) => [name, new RpcConnection(address)]);
    this.#channels = Object.fromEntries(channels) as Readonly<Record<GrpcServiceName, RpcConnection>>;
    for (const { sender, ...ids } of stage.world.people) for (const id of Object.values(ids)) this.#ledger.owned(id, sender);
    const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);
    const deps = { world: stage.world, ports: stage.ports, channels: this.#channels, registry, listed: stage.listed, secrets: this.#secrets, ledger: this.#ledger, counted: this.#counted };
    this.#lanes = Array.from({ length: LANES }, () => new Lane(deps));
    this.#watch = setInterval(() => this.#look(), 1_000);
    process.on('uncaughtExceptionMonitor', this.#lastWords);
  }

  async all(): Promise<FuzzReport> {
    const end = this.#next + this.#options.cases;
    while (this.#next < end && this.#maySend()) {
      await this.#round(Math.min(end, this.#next + CASES_OF_A_ROUND));
    }
    if (this.#found === undefined) await this.#atTheEnd();
    return this.#report();
  }

  close(): void {
    clearInterval(this.#watch);
    process.off('uncaughtExceptionMonitor', this.#lastWords);
    for (const lane of this.#lanes) lane.close();
    for (const channel of Object.values(this.#channels)) channel.destroy();
  }

  #maySend(): boolean {
    const { withinMs = Infinity, signal } = this.#options;
    return this.#found === undefined && signal?.aborted !== true && performance.now() - this.#startedMs < withinMs;
  }

  /** The process is about to die of an exception: whoever looks for the reason begins with what was under way. */
  readonly #lastWords = (): void => {
    const underWay = this.#lanes.flatMap(({ current }) => current?.index ?? []);
    writeSync(process.stderr.fd, `under way when the process died: cases ${underWay.join(' ')} of seed ${this.#options.seed}\n`);
  };

  #look(): void {
    this.#lookAtLanes();
    if (++this.#looked % LOOKS_OF_PROGRESS === 0) this.#options.onProgress?.(this.#figures());
  }

  async #round(end: number): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => this.#keepBusy(lane, end)));
    await this.#lookAtLog();
    if (this.#found !== undefined) return;
    this.#keep(await checkPlatform(this.#stage, this.#ledger, this.#ledger.takeUnchecked()));
  }

  async #keepBusy(lane: Lane, end: number): Promise<void> {
    while (this.#next < end && this.#maySend()) {
      const whole = drawCase(this.#grammar, this.#options.seed, this.#next++);
      const drawn = this.#options.kept === undefined ? whole : keep(whole, this.#options.kept);
      const wrong = await lane.run(drawn);
      if (wrong !== undefined) await this.#narrow([drawn], wrong.problem);
      else if (this.#ended.push(drawn) >= CASES_OF_A_LOOK) await this.#lookAtLog();
    }
  }

  /** A line may be of any case that is under way, or of one that has ended since the last look. */
  async #lookAtLog(): Promise<void> {
    const ended = this.#ended;
    this.#ended = [];
    const problem = wrongWithLog(this.#stage.takeLogLines(), this.#secrets);
    if (problem !== undefined) await this.#narrow([...ended, ...this.#lanes.flatMap(({ current }) => current ?? [])], problem);
  }

  /** Finds the case that shows it when it runs alone, and the least of it that does. */
  async #narrow(suspects: readonly FuzzCase[], problem: string): Promise<void> {
    if (this.#found !== undefined) return;
    this.#found = { problem, shrunk: undefined, suspects: [] };
    const lane = present(this.#lanes[0], 'there are lanes');
    // The other lanes end their cases first, so that nothing else is under way.
    while (this.#lanes.some(({ current }) => current !== undefined)) await new Promise((resolve) => setImmediate(resolve));
    this.#stage.takeLogLines();
    const alone = async (one: FuzzCase): Promise<Wrong | undefined> => {
      const wrong = await lane.run(one);
      const logged = wrongWithLog(this.#stage.takeLogLines(), this.#secrets);
      return wrong ?? (logged === undefined ? undefined : { problem: logged, step: 0, sent: '', received: '' });
    };
    const shrunk = await this.#firstThatShows(suspects, alone);
    this.#found = { problem: shrunk?.wrong.problem ?? problem, shrunk, suspects: shrunk === undefined ? suspects.map(({ index }) => index) : [] };
  }

  /** What a case needs may still be held by its own first run; so when none shows anything, all run once more when holds are over. */
  async #firstThatShows(suspects: readonly FuzzCase[], run: (one: FuzzCase) => Promise<Wrong | undefined>): Promise<Shrunk | undefined> {
    for (const pause of [0, HOLD_MS]) {
      await wait(pause);
      for (const suspect of suspects) {
        const shrunk = await shrink(suspect, run);
        if (shrunk !== undefined) return shrunk;
      }
    }
    return undefined;
  }

  /** When nothing is under way any more: the log, payments, everything acknowledged, and all of it again after a restart. */
  async #atTheEnd(): Promise<void> {
    this.#keep(await untilSettled(this.#stage));
    const sample = (): ReturnType<Ledger['sample']> => this.#ledger.sample(Math.max(1, Math.ceil(this.#ledger.size / CHECKED_AT_THE_END)));
    this.#keep(await checkPlatform(this.#stage, this.#ledger, sample()));
    const logged = wrongWithLog(this.#stage.takeLogLines(), this.#secrets);
    this.#keep(logged === undefined ? [] : [logged]);
    if (this.#found !== undefined || this.#options.serveInstead !== undefined) return;
    this.close();
    await this.#stage.restart();
    this.#keep((await checkPlatform(this.#stage, this.#ledger, sample())).map((problem) => `after a restart, ${problem}`));
  }

  #keep([problem]: readonly string[]): void {
    if (problem !== undefined) this.#found ??= { problem, shrunk: undefined, suspects: [] };
  }

  /** A request that gets no answer holds its lane for ever. */
  #lookAtLanes(): void {
    for (const lane of this.#lanes) {
      const { current, begun } = lane;
      const known = this.#looks.get(lane);
      const looks = current === undefined || known?.begun !== begun ? 0 : known.looks + 1;
      this.#looks.set(lane, { begun, looks });
      if (current === undefined || looks < LOOKS_WITHOUT_ANSWER) continue;
      this.#found ??= { problem: `no answer within ${LOOKS_WITHOUT_ANSWER} s to ${lane.sending}`, shrunk: undefined, suspects: [current.index] };
      lane.close();
      for (const channel of Object.values(this.#channels)) channel.destroy();
    }
  }

  #report = (): FuzzReport => ({ ...this.#figures(), found: this.#found });

  #figures(): Figures {
    return {
      seed: this.#options.seed,
      from: this.#options.from ?? 0,
      cases: this.#next - (this.#options.from ?? 0),
      requests: this.#counted.requests,
      seconds: (performance.now() - this.#startedMs) / 1_000,
      answers: this.#counted.answers,
      asked: this.#counted.asked,
      acknowledged: this.#ledger.size,
      rssMegabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
    };
  }
}
