import { SeededRandom } from '@traffic-tacos/kernel';
import { codeOf, type Answer, type Client } from './client.ts';

/** What a client knows of one of its holds: only what it has been told. */
export interface KnownHold {
  readonly key: string;
  readonly seatIds: readonly string[];
  /** Undefined while no answer came: the hold may be there as a whole, or not at all. */
  id: string | undefined;
  text: string | undefined;
  /** The state of the last answer about it. */
  told: 'nothing' | 'HOLD' | 'CANCELLED' | 'CONFIRMED' | 'refused';
  /** An operation was sent and its answer has not come. */
  isAsking: boolean;
}

/** A buyer who holds, cancels and pays as fast as it is answered, and remembers every answer. Ends when the server is gone. */
export class RememberingBuyer {
  readonly holds: KnownHold[] = [];
  readonly #client: Client;
  readonly #eventId: string;
  readonly #random: SeededRandom;
  readonly #seats: number;
  readonly #onAnswer: () => void;

  /** `onAnswer` is called after each answer to a hold. */
  constructor(client: Client, sale: { readonly eventId: string; readonly seats: number; readonly seed: number }, onAnswer: () => void) {
    this.#client = client;
    this.#eventId = sale.eventId;
    this.#seats = sale.seats;
    this.#random = new SeededRandom(sale.seed);
    this.#onAnswer = onAnswer;
  }

  /** Resolves when a request fails because nobody answers any more. Rejects with what a server must never answer. */
  async run(): Promise<void> {
    try {
      for (;;) await this.#step();
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
    }
  }

  async #step(): Promise<void> {
    const hold = await this.#hold();
    const next = this.#random.below(3);
    if (hold.told !== 'HOLD' || next === 0) return;
    hold.isAsking = true;
    const done = next === 1 ? await this.#client.cancel(hold.id ?? '') : await this.#pay(hold);
    hold.isAsking = false;
    expectStatus(done, 200);
    hold.told = next === 1 ? 'CANCELLED' : 'CONFIRMED';
  }

  async #hold(): Promise<KnownHold> {
    const first = this.#random.below(this.#seats - 1) + 1;
    const seatIds = [`A-${first}`, `A-${first + 1}`];
    const hold: KnownHold = { key: crypto.randomUUID(), seatIds, id: undefined, text: undefined, told: 'nothing', isAsking: true };
    this.holds.push(hold);
    const answer = await this.#client.hold(this.#eventId, seatIds, hold.key);
    hold.isAsking = false;
    this.#onAnswer();
    if (codeOf(answer) === 'SEAT_UNAVAILABLE') {
      hold.told = 'refused';
      return hold;
    }
    expectStatus(answer, 201);
    Object.assign(hold, { id: answer.id, text: answer.text, told: 'HOLD' });
    return hold;
  }

  async #pay({ id = '' }: KnownHold): Promise<Answer> {
    return this.#client.confirm(id, await this.#client.pay(id, 2_000));
  }
}

/** The server answered what no server may. */
class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) throw new WrongAnswer(`${answer.status} ${answer.text}`);
}
