import type { SeededRandom } from '@traffic-tacos/kernel';
import { codeOf, type Answer, type Client } from '@traffic-tacos/platform/testing';
import { GuaranteeBroken } from '../check/breach.ts';
import type { KnownHold, Memory, Wish } from './known.ts';
import { POOL, PRICE, ROOM, SALE, SEATS } from './sale.ts';

const MOST_PLACES = 3;
const EXTENSION_SECONDS = 10;

/** A buyer who holds, cancels, extends, pays and waits in line as fast as they are answered, and remembers every answer. */
export class RememberingBuyer {
  readonly #client: Client;
  /** Without a token: each join of theirs is a new place. */
  readonly #visitor: Client;
  readonly #memory: Memory;
  readonly #random: SeededRandom;
  readonly #onAnswer: () => void;

  /** `onAnswer` is called after each answer. */
  constructor(clients: { readonly client: Client; readonly visitor: Client }, memory: Memory, random: SeededRandom, onAnswer: () => void) {
    this.#client = clients.client;
    this.#visitor = clients.visitor;
    this.#memory = memory;
    this.#random = random;
    this.#onAnswer = onAnswer;
  }

  /** Resolves when a request fails because nobody answers any more. Rejects with what a server must never answer. */
  async run(): Promise<void> {
    try {
      for (;;) await this.#step();
    } catch (error) {
      if (!isConnectionGone(error)) throw error;
    }
  }

  async #step(): Promise<void> {
    if (this.#random.below(6) === 0) return this.#join();
    const hold = await this.#hold();
    if (hold.told !== 'HOLD') return;
    switch (this.#random.below(6)) {
      case 0: return this.#cancel(hold);
      case 1: return this.#confirm(hold);
      case 2: return this.#confirm(hold);
      case 3: return this.#extend(hold);
      // The platform confirms by itself what is paid, whether or not the buyer comes back.
      case 4: return void (await this.#pay(hold));
      default: return;
    }
  }

  async #hold(): Promise<KnownHold> {
    const hold: KnownHold = {
      key: `hold-${this.#memory.holds.length}`, wish: this.#wish(), id: undefined, seatIds: [], told: 'nothing', promisedUntilMs: 0, asking: 'hold', intentIds: [], capturedIds: [], orderId: undefined,
    };
    this.#memory.holds.push(hold);
    const answer = await this.#told(this.#client.post('reservation', '/v1/reservations', { key: hold.key, body: { eventId: SALE, ...hold.wish } }));
    if (answer !== undefined) remember(hold, answer);
    return hold;
  }

  #wish(): Wish {
    const draw = this.#random.below(4);
    if (draw > 1) {
      const first = this.#random.below(SEATS - 1) + 1;
      return { seatIds: [`A-${first}`, `A-${first + 1}`] };
    }
    return { section: draw === 0 ? POOL : 'A', quantity: 1 + this.#random.below(MOST_PLACES) };
  }

  async #cancel(hold: KnownHold): Promise<void> {
    hold.asking = 'cancel';
    const answer = await this.#told(this.#client.cancel(hold.id ?? ''));
    if (answer === undefined) return;
    expectStatus(answer, 200);
    Object.assign(hold, { asking: 'nothing', told: 'CANCELLED' });
  }

  async #extend(hold: KnownHold): Promise<void> {
    hold.asking = 'extend';
    const answer = await this.#told(this.#client.post('reservation', `/v1/reservations/${hold.id ?? ''}/extend`, { body: { extensionSeconds: EXTENSION_SECONDS } }));
    if (answer === undefined) return;
    expectStatus(answer, 200);
    Object.assign(hold, { asking: 'nothing', promisedUntilMs: Date.parse(String(answer.body['holdExpiresAt'])) });
  }

  async #confirm(hold: KnownHold): Promise<void> {
    const intentId = await this.#pay(hold);
    if (intentId === undefined) return;
    hold.asking = 'confirm';
    const answer = await this.#told(this.#client.confirm(hold.id ?? '', intentId));
    if (answer === undefined) return;
    expectStatus(answer, 200);
    Object.assign(hold, { asking: 'nothing', told: 'CONFIRMED', orderId: String(answer.body['orderId']) });
  }

  /** The intent, paid; undefined where nobody could say. */
  async #pay(hold: KnownHold): Promise<string | undefined> {
    hold.asking = 'pay';
    const amount = PRICE * Math.max(hold.seatIds.length, 'quantity' in hold.wish ? hold.wish.quantity : 0);
    const body = { reservation_id: hold.id, amount, currency: 'KRW', scenario: 'APPROVE' };
    const made = await this.#told(this.#client.post('gateway', '/api/v1/payments/intent', { key: `pay-${hold.key}`, body }));
    if (made === undefined) return undefined;
    expectStatus(made, 201);
    const intentId = String(made.body['payment_intent_id']);
    hold.intentIds.push(intentId);
    const processed = await this.#told(this.#client.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } }));
    if (processed === undefined) return undefined;
    expectStatus(processed, 200);
    if (processed.body['status'] === 'COMPLETED') hold.capturedIds.push(intentId);
    hold.asking = 'nothing';
    return intentId;
  }

  async #join(): Promise<void> {
    const answer = await this.#told(this.#visitor.post('gateway', '/api/v1/queue/join', { body: { event_id: ROOM } }));
    if (answer === undefined) return;
    expectStatus(answer, 202);
    this.#memory.places.push({ token: String(answer.body['waiting_token']), position: Number(answer.body['position']) });
  }

  /** Undefined where the server says that it cannot say: load that is sent away, or a journal that has failed. */
  async #told(asked: Promise<Answer>): Promise<Answer | undefined> {
    const answer = await asked;
    this.#onAnswer();
    return answer.status === 503 || answer.status === 429 ? undefined : answer;
  }
}

/** What the runtime says of a connection that broke, or was never made, has a code; a fault of the rig's own has none, and must not pass for a crash. */
const isConnectionGone = (error: unknown): boolean => error instanceof Error && 'code' in error && typeof error.code === 'string';

/** Takes the answer to a hold for what it says. Throws `GuaranteeBroken` where no server may say that. */
export function remember(hold: KnownHold, answer: Answer): void {
  hold.asking = 'nothing';
  const code = codeOf(answer);
  if (code === 'SEAT_UNAVAILABLE' || code === 'INVENTORY_CONFLICT') {
    hold.told = 'refused';
    return;
  }
  expectStatus(answer, 201);
  const { reservationId, seatIds, holdExpiresAt } = answer.body;
  Object.assign(hold, { id: String(reservationId), seatIds: Array.isArray(seatIds) ? seatIds.map(String) : [], told: 'HOLD', promisedUntilMs: Date.parse(String(holdExpiresAt)) });
}

function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) throw new GuaranteeBroken('the wire', `${answer.status}`, answer.text);
}
