import { Gate } from './gate.ts';
import type { Incarnation } from './incarnation.ts';

/** What can happen next by itself, one thing at a time. */
export type Happening = 'operation' | 'message' | 'request' | 'answer' | 'turn' | 'timer';

type Running = Pick<Incarnation, 'turns' | 'timers'>;

/**
 * Everything that is under way in one life of the process, and comes to its end only when the scheduler takes it: operations of the disk, messages to and from
 * the bus and between the worker and those it asks, requests and answers, the end of a turn of the event loop, a timer that is due. Each can be the next, in
 * whatever order they began; only answers come in the order in which they were given.
 */
export class Agenda {
  readonly operations = new Gate();
  readonly messages = new Gate();
  readonly #requests: (() => void)[] = [];
  #answers: (() => void)[] = [];
  /** Of the answers, those that are delivered. */
  #delivered = 0;
  /** How often something else comes first. */
  #stalledFor = 0;

  /** A request is on its way. */
  request(arrive: () => void): void {
    this.#requests.push(arrive);
  }

  /** An answer is on its way. */
  answer(deliver: () => void): void {
    this.#answers.push(deliver);
  }

  /** Nobody waits for the disk or for a message, until `close`. */
  open(): void {
    this.operations.open();
    this.messages.open();
  }

  close(): void {
    this.operations.close();
    this.messages.close();
  }

  /** Lets one thing come to its end: which of all that can, `choice` says. Undefined where nothing is under way. */
  take(running: Running, choice: number): Happening | undefined {
    const { operations, messages } = this;
    const atWork = this.#stalledFor > 0 ? 0 : operations.waiting;
    if (this.#stalledFor > 0) this.#stalledFor--;
    const requests = this.#requests.length;
    const turns = Math.min(1, running.turns.waiting);
    const timers = running.timers.isDue ? 1 : 0;
    const all = atWork + messages.waiting + requests + this.#answer + turns + timers;
    if (all === 0) return undefined;
    let at = choice % all;
    if (at < atWork) {
      operations.endOne(at);
      return 'operation';
    }
    at -= atWork;
    if (at < messages.waiting) {
      messages.endOne(at);
      return 'message';
    }
    at -= messages.waiting;
    if (at < requests) {
      this.#requests.splice(at, 1)[0]?.();
      return 'request';
    }
    at -= requests;
    if (at < this.#answer) {
      this.#nextAnswer()?.();
      return 'answer';
    }
    at -= this.#answer;
    if (at < turns) {
      running.turns.runTurn();
      return 'turn';
    }
    running.timers.runOneDue();
    return 'timer';
  }

  /** Whether anything is under way. */
  isBusy({ turns, timers }: Running): boolean {
    const { operations, messages } = this;
    return operations.waiting + messages.waiting + this.#requests.length + this.#answer + turns.waiting > 0 || timers.isDue;
  }

  /** The disk ends nothing until so many other things have been taken, or looked for. */
  stall(times: number): void {
    this.#stalledFor = times;
  }

  /** The next answer gets lost. False where there is none. */
  loseAnswer(): boolean {
    return this.#nextAnswer() !== undefined;
  }

  /** 1 where an answer is on its way: the first of them, and no other, can be the next. */
  get #answer(): number {
    return this.#answers.length > 0 ? 1 : 0;
  }

  #nextAnswer(): (() => void) | undefined {
    const next = this.#answers[this.#delivered];
    if (next !== undefined && ++this.#delivered === this.#answers.length) {
      this.#answers = [];
      this.#delivered = 0;
    }
    return next;
  }
}
