import { Unavailable, type BusEvent } from '@traffic-tacos/kernel';
import type { Bus, Effects, ResultHint } from '@traffic-tacos/worker';

/** What becomes of the next publication, or of the next effect that a message asks for. */
export type PublicationTrouble = 'only_some' | 'late' | 'answer_lost';
export type EffectTrouble = 'not_there' | 'answer_lost';

/** Events that are remembered to come again. */
const REMEMBERED = 64;

/**
 * What lies between the relay, the worker, and those who do the worker's work, as a bus and a network outside of the process would have it: events
 * are late, come in another order and more than once, the bus is away, and answers are lost. What it has taken outlives the process.
 */
export class Delivery {
  /** Taken from the relay, and not with the worker yet. */
  readonly #underWay: BusEvent[] = [];
  readonly #delivered: BusEvent[] = [];
  readonly #publications: PublicationTrouble[] = [];
  readonly #effects: EffectTrouble[] = [];
  /** Ids of messages that nothing can come of. */
  readonly poison = new Set<string>();
  readonly #latency: () => Promise<void>;
  #isDown = false;
  /** Whether anybody may still be waiting for another attempt: back-off goes up to 16 s. */
  isTroubled = false;

  /** `latency` is waited for by each message, and by the answer to it. */
  constructor(latency: () => Promise<void>) {
    this.#latency = latency;
  }

  get underWay(): number {
    return this.#underWay.length;
  }

  /** The bus goes away, or comes back. */
  toggle(): string {
    this.#isDown = !this.#isDown;
    this.isTroubled = true;
    return this.#isDown ? 'the bus is away' : 'the bus is back';
  }

  disturbPublication(trouble: PublicationTrouble): void {
    this.#publications.push(trouble);
    this.isTroubled = true;
  }

  disturbEffect(trouble: EffectTrouble): void {
    this.#effects.push(trouble);
    this.isTroubled = true;
  }

  /** Nothing goes wrong from now on. */
  calm(): void {
    this.#isDown = false;
    this.#publications.length = 0;
    this.#effects.length = 0;
  }

  /** One of the events that are under way reaches the worker's queue; it stays under way until that is durable. Undefined: there is none. */
  deliver(bus: Bus, choice: number): Promise<readonly BusEvent[]> | undefined {
    const event = this.#underWay[choice % Math.max(1, this.#underWay.length)];
    if (event === undefined) return undefined;
    return bus.publish([event]).then((left) => {
      const at = this.#underWay.indexOf(event);
      if (left.length === 0 && at >= 0) this.#underWay.splice(at, 1);
      return left;
    });
  }

  /** An event that was delivered before. */
  earlier(choice: number): BusEvent | undefined {
    return this.#delivered[choice % Math.max(1, this.#delivered.length)];
  }

  bus(right: Bus): Bus {
    return {
      wants: (type) => right.wants(type),
      publish: async (events) => {
        await this.#latency();
        if (this.#isDown) throw new Unavailable('the bus is away');
        const trouble = this.#publications.shift();
        const isTaken = (_: BusEvent, at: number): boolean => trouble !== 'only_some' || at % 2 === 1;
        const taken = events.filter(isTaken);
        // Of others, receivers alone hear.
        const ofWorker = taken.filter(({ detail }) => right.wants(detail.type));
        for (const event of ofWorker) this.#remember(event);
        if (trouble === 'late') this.#underWay.push(...ofWorker);
        const left = trouble === 'late' || taken.length === 0 ? [] : await right.publish(taken);
        await this.#latency();
        if (trouble === 'answer_lost') throw new Unavailable('the answer of the bus is lost');
        return [...events.filter((event, at) => !isTaken(event, at)), ...left];
      },
    };
  }

  effects(right: Effects): Effects {
    return { ...right, followPayment: (hint) => this.#followPayment(right, hint) };
  }

  async #followPayment(right: Effects, hint: ResultHint): ReturnType<Effects['followPayment']> {
    await this.#latency();
    const trouble = this.#effects.shift();
    if (trouble === 'not_there') throw new Unavailable('the service is away');
    const outcome = await right.followPayment(hint);
    await this.#latency();
    if (trouble === 'answer_lost') throw new Unavailable('the answer of the service is lost');
    return outcome;
  }

  #remember(event: BusEvent): void {
    this.#delivered.push(event);
    if (this.#delivered.length > REMEMBERED) this.#delivered.shift();
  }
}
