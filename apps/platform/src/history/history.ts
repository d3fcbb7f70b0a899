import { HistoryMover, type Journal } from '@traffic-tacos/journal';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import { shapesOf, type TablesWithHistory } from '../tables.ts';
import type { HistoryGround } from './history-ground.ts';
import type { HistoryProgress, HistoryRequest } from './messages.ts';

/** How often it is looked whether there is something to do. */
const TICK_MS = 20;
/** The longest slice beside traffic. */
const SLICE_MS = 1;
/** Groups are carried over in large pieces: a commit costs a sync, however little it holds. */
const PROJECT_EVERY_MS = 100;
const RESTART_AFTER_MS = 5_000;

export interface HistoryDeps {
  readonly ground: Pick<HistoryGround, 'startThread' | 'timers' | 'nextTurn'>;
  readonly tables: TablesWithHistory;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly limits: Limits;
  readonly logger: Logger;
  /** How far the history had come when the journal was opened. */
  readonly applied: number;
}

/**
 * The history at work: a thread of its own carries what has ended out of the journal, and memory lets go of what is committed there. It
 * may lag behind as far as it likes; meanwhile rows stay in memory and segments on disk.
 */
export class History {
  readonly #deps: HistoryDeps;
  readonly #mover: HistoryMover;
  #progress: HistoryProgress;
  /** Asks the thread; undefined while there is none. */
  #ask: ((request: HistoryRequest) => void) | undefined;
  #ended: () => void = () => undefined;
  #askedAtMs = 0;
  #callOff: (() => void) | undefined;
  #isStopped = false;

  constructor(deps: HistoryDeps) {
    const { journal, clock, limits, tables, monotonicMs, applied } = deps;
    this.#deps = deps;
    // Nothing is taken for certain before the thread has looked: until then the journal keeps all that it has.
    this.#progress = { applied, checkpointed: 0, isDone: true };
    this.#mover = new HistoryMover({
      tables: tables.movable,
      graceMs: limits.historyGraceMs,
      nowMs: () => clock.nowMs(),
      monotonicMs,
      appliedToMemory: () => journal.appliedSequence,
      committed: () => this.#progress.applied,
    });
    journal.keepFrom(() => this.#progress.checkpointed + 1);
  }

  /** Rows that have left memory since the start. */
  get moved(): number {
    return this.#mover.moved;
  }

  /** Groups that the history has committed. */
  get appliedSequence(): number {
    return this.#progress.applied;
  }

  /** Resolves when it is durable that the journal has a history: before that, nothing leaves memory. */
  async start(): Promise<void> {
    const { tables, journal } = this.#deps;
    if (!tables.pledge.isGiven) {
      journal.append([{ table: tables.pledge, record: { version: 1 } }]);
      tables.pledge.apply();
      await journal.durable();
    }
    this.#startThread();
    this.#sleep();
  }

  /** Resolves when the thread has closed its file. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff?.();
    const ask = this.#ask;
    if (ask === undefined) return;
    await new Promise<void>((resolve) => {
      this.#ended = resolve;
      ask({ kind: 'stop' });
    });
  }

  #startThread(): void {
    const { ground, tables, logger } = this.#deps;
    this.#ask = ground.startThread(shapesOf(tables.all).map(({ name }) => name), {
      progress: (progress) => {
        this.#progress = progress;
      },
      failed: (cause) => {
        this.#ask = undefined;
        logger.error({ err: cause }, 'the history has stopped: what has ended stays in memory until it goes on');
        if (!this.#isStopped) ground.timers.after(RESTART_AFTER_MS, () => this.#restart());
      },
      ended: () => this.#ended(),
    });
    this.#progress = { ...this.#progress, isDone: true };
  }

  #restart(): void {
    if (!this.#isStopped) this.#startThread();
  }

  #sleep(): void {
    if (!this.#isStopped) this.#callOff = this.#deps.ground.timers.after(TICK_MS, () => this.#work());
  }

  #work(): void {
    if (this.#isStopped) return;
    this.#project();
    if (this.#mover.step(SLICE_MS)) this.#deps.ground.nextTurn(() => this.#work());
    else this.#sleep();
  }

  #project(): void {
    const { journal, monotonicMs } = this.#deps;
    const { applied, isDone } = this.#progress;
    const nowMs = monotonicMs();
    if (!isDone || journal.durableSequence <= applied || nowMs - this.#askedAtMs < PROJECT_EVERY_MS) return;
    this.#askedAtMs = nowMs;
    this.#progress = { ...this.#progress, isDone: false };
    this.#ask?.({ kind: 'project', through: journal.durableSequence });
  }
}
