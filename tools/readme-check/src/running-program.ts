import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { follow, signalGroup, type Ended } from './shell-session.ts';

const POLL_MS = 50;
const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const LIFE_LIMIT_MS = 20 * 60_000;

/** What npm and shells answer for a program that ended because of Ctrl-C, besides 0. */
const ENDED_BY_CTRL_C = new Set([0, 130]);

/** A program that was started in the background and is stopped with Ctrl-C. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #output = '';
  #isOver = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: string | Buffer) => {
        this.#output += String(chunk);
      });
    }
    this.#ended = follow(child, LIFE_LIMIT_MS).finally(() => {
      this.#isOver = true;
    });
  }

  /** What it has said so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it is ready: a text in its output, or an address that answers 200. Answers what is wrong, if it never is. */
  async becomesReady(ready: string, limitMs = READY_LIMIT_MS): Promise<string | undefined> {
    for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
      if (this.#isOver) return `it ended (exit code ${(await this.#ended).exitCode}) before it was ready`;
      if (await this.#isReady(ready)) return undefined;
      await sleep(POLL_MS);
    }
    return `"${ready}" has not come in ${limitMs / 1000} s`;
  }

  async #isReady(ready: string): Promise<boolean> {
    if (!/^https?:\/\//.test(ready)) return this.#output.includes(ready);
    return fetch(ready).then(
      (answer) => answer.status === 200,
      () => false,
    );
  }

  /** Ctrl-C; answers what it said from then on, and what is wrong, if it does not end well in time. */
  async stop(limitMs = STOP_LIMIT_MS): Promise<{ readonly said: string; readonly wrong: string | undefined }> {
    const before = this.#output.length;
    if (this.#isOver) return { said: '', wrong: 'it had ended before it was stopped' };
    signalGroup(this.#child, 'SIGINT');
    const late = AbortSignal.timeout(limitMs);
    late.addEventListener('abort', () => signalGroup(this.#child, 'SIGKILL'));
    const { exitCode } = await this.#ended;
    const wrong = late.aborted
      ? `it did not stop within ${limitMs / 1000} s of Ctrl-C`
      : exitCode === null || ENDED_BY_CTRL_C.has(exitCode)
        ? undefined
        : `it ended with exit code ${exitCode} after Ctrl-C`;
    return { said: this.#output.slice(before), wrong };
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    if (!this.#isOver) signalGroup(this.#child, 'SIGKILL');
    await this.#ended;
  }
}
