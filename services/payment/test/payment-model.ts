import type { Scenario } from '../src/domain/scenario.ts';

/** The draw that the model's RANDOM fails; any other approves. */
export const FAILING_DRAW = 0xffff_ffff;

export interface ModelRefund {
  readonly amount: number | undefined;
  /** Undefined: without a key. */
  readonly key: number | undefined;
}

interface ModelIntent {
  readonly amount: number;
  readonly createdAt: number;
  status: string;
  ending: string;
  endsAt: number;
  refunded: number;
  /** The money's history, in words. */
  readonly facts: string[];
}

const DELAYS: Readonly<Record<Scenario, number>> = { APPROVE: 200, FAIL: 100, DELAY: 3_000, RANDOM: 0, TIMEOUT: 900_000 };
const KEY_TTL = 300_000;

/** What a payment provider must do, written down as plainly as possible: time moves, and what is due happens at its instant. */
export class PaymentModel {
  now = 0;
  readonly intents: ModelIntent[] = [];
  readonly #keys = new Map<string, { readonly content: string; readonly answer: string; readonly until: number }>();

  create(scenario: Scenario, draw: number, amount: number): string {
    const outcome = scenario === 'RANDOM' ? (draw === FAILING_DRAW ? 'FAIL' : 'APPROVE') : scenario;
    const ending = outcome === 'FAIL' ? 'FAILED' : outcome === 'TIMEOUT' ? 'EXPIRED' : 'COMPLETED';
    this.intents.push({ amount, createdAt: this.now, status: 'PENDING', ending, endsAt: this.now + DELAYS[outcome], refunded: 0, facts: [] });
    return 'created';
  }

  advance(ms: number): void {
    this.now += ms;
    for (const intent of this.intents) {
      if ((intent.status === 'PENDING' || intent.status === 'PROCESSING') && intent.endsAt <= this.now) this.#end(intent);
    }
  }

  process(intent: ModelIntent): string {
    if (intent.status !== 'PENDING') return intent.status;
    if (intent.ending === 'EXPIRED') intent.status = 'PROCESSING';
    else {
      intent.endsAt = this.now;
      this.#end(intent);
    }
    return intent.status;
  }

  cancel(intent: ModelIntent): string {
    if (intent.status === 'PENDING' || intent.status === 'PROCESSING') intent.status = 'CANCELLED';
    return intent.status === 'CANCELLED' ? 'CANCELLED' : 'already_ended';
  }

  refund(intent: ModelIntent, { amount, key }: ModelRefund): string {
    const name = `${this.intents.indexOf(intent)}/${key}`;
    const known = key === undefined ? undefined : this.#keys.get(name);
    if (known !== undefined && this.now < known.until) return known.content === String(amount) ? known.answer : 'idempotency_conflict';
    const answer = this.#giveBack(intent, amount, key !== undefined);
    const isKept = key !== undefined && answer.includes(' ');
    if (isKept) this.#keys.set(name, { content: String(amount), answer, until: this.now + KEY_TTL });
    return answer;
  }

  #giveBack(intent: ModelIntent, amount: number | undefined, isKeyed: boolean): string {
    const isFull = amount === undefined || amount === intent.amount;
    if (!isFull && !isKeyed) return 'partial_without_key';
    if (intent.status === 'REFUNDED') return isFull ? `REFUNDED ${intent.refunded}` : 'exceeds_captured';
    if (intent.status !== 'COMPLETED') return 'not_captured';
    const back = amount ?? intent.amount - intent.refunded;
    if (intent.refunded + back > intent.amount) return 'exceeds_captured';
    intent.refunded += back;
    if (intent.refunded === intent.amount) intent.status = 'REFUNDED';
    intent.facts.push(`refunded ${back}`);
    return `${intent.status} ${intent.refunded}`;
  }

  #end(intent: ModelIntent): void {
    intent.status = intent.ending;
    if (intent.ending !== 'EXPIRED') intent.facts.push(`${intent.ending} at ${intent.endsAt}`);
  }
}
