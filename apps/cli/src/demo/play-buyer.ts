import { setTimeout as wait } from 'node:timers/promises';
import { textIn } from '../http/json-fields.ts';
import type { Buyer } from './buyer.ts';
import { holdSeats, type Held } from './hold-seats.ts';
import type { BuyerEnd } from './ledger.ts';
import type { SaleAnswer, SaleRequest } from './sale-client.ts';
import type { Sale } from './sale.ts';
import type { Step } from './measures.ts';
import { jumpTheLine, leaveLine, standInLine, type LineEnd } from './stand-in-line.ts';

const OK = 200;
const CREATED = 201;
/** Between two looks at a payment that has no result yet. */
const POLL_MS = 200;
/** Of those whose card is declined, so many of a hundred try another. */
const ANOTHER_CARD_OF_100 = 50;

/** An approval takes 200 ms unless it is set otherwise: one that is asked for so late comes when the hold is over. */
const LAST_MOMENT_MS = 100;
/** Nobody waits longer than that to be late: where holds last longer, they pay at once. */
const WAITS_AT_MOST_MS = 15_000;

type Scenario = 'APPROVE' | 'FAIL' | 'DELAY' | 'RANDOM' | 'TIMEOUT';

type Bought = Extract<BuyerEnd, { readonly kind: 'bought' }>;
type TooLate = { readonly kind: 'too_late' };

/** One person, from the moment they arrive until they have their tickets or have gone. */
export async function playBuyer(buyer: Buyer, sale: Sale): Promise<BuyerEnd> {
  await wait(buyer.arrivesAtMs);
  if (!sale.hasRoom) return playInside(buyer, sale, undefined);
  if (buyer.jumpsTheLine) await jumpTheLine(buyer, sale);
  const turn = await standInLine(buyer, sale);
  return turn.kind === 'admitted' ? playInside(buyer, sale, turn) : turn;
}

type Admission = Extract<LineEnd, { readonly kind: 'admitted' }>;

async function playInside(buyer: Buyer, sale: Sale, admission: Admission | undefined): Promise<BuyerEnd> {
  const hold = await holdSeats(buyer, sale, admission?.reservationToken);
  if (hold.kind === 'held') {
    sale.ledger.addHold();
    return new Holder(buyer, sale, hold.held).play();
  }
  if (admission !== undefined) await leaveLine(admission.waitingToken, buyer, sale);
  return hold;
}

/** Somebody who holds seats. */
class Holder {
  readonly #buyer: Buyer;
  readonly #sale: Sale;
  readonly #held: Held;

  constructor(buyer: Buyer, sale: Sale, held: Held) {
    this.#buyer = buyer;
    this.#sale = sale;
    this.#held = held;
  }

  play(): Promise<BuyerEnd> {
    switch (this.#buyer.manner) {
      case 'buys':
        return this.#buy('APPROVE');
      case 'pays_slowly':
        return this.#buy('DELAY');
      case 'card_is_declined':
        return this.#tryCards('FAIL');
      case 'tries_their_luck':
        return this.#tryCards('RANDOM');
      case 'pays_at_the_last_moment':
        return this.#payAtTheEnd();
      case 'wants_the_money_back':
        return this.#buyAndReturn();
      case 'bank_never_answers':
        return this.#payForNothing();
      case 'changes_their_mind':
        return this.#cancel();
      case 'walks_away':
        return Promise.resolve({ kind: 'walked_away', token: this.#buyer.token, held: this.#held });
      case 'closes_the_tab':
        return this.#payAndLeave();
    }
  }

  async #buy(scenario: Scenario): Promise<Bought | TooLate> {
    const intentId = await this.#pay(scenario);
    if (intentId === undefined || (await this.#resultOf(intentId)) !== 'COMPLETED') return { kind: 'too_late' };
    return this.#confirm(intentId);
  }

  async #confirm(intentId: string): Promise<Bought | TooLate> {
    const path = `/api/v1/reservations/${this.#held.reservationId}/confirm`;
    const answer = await this.#call('confirm', { method: 'POST', path, body: { payment_intent_id: intentId } });
    if (answer.status !== OK) return { kind: 'too_late' };
    return { kind: 'bought', token: this.#buyer.token, held: this.#held, orderId: textIn(answer.body, 'order_id') };
  }

  /** The hold outlives a failed payment, so that another card can be tried. */
  async #tryCards(first: 'FAIL' | 'RANDOM'): Promise<BuyerEnd> {
    const intentId = await this.#pay(first);
    if (intentId === undefined) return { kind: 'too_late' };
    const result = await this.#resultOf(intentId);
    if (result === 'COMPLETED') return this.#confirm(intentId);
    if (result !== 'FAILED') return { kind: 'too_late' };
    return this.#buyer.random.below(100) < ANOTHER_CARD_OF_100 ? this.#buy('APPROVE') : this.#cancel();
  }

  async #cancel(): Promise<BuyerEnd> {
    const answer = await this.#call('cancel', { method: 'POST', path: `/api/v1/reservations/${this.#held.reservationId}/cancel` });
    return { kind: answer.status === OK ? 'cancelled' : 'too_late' };
  }

  async #payAndLeave(): Promise<BuyerEnd> {
    const intentId = await this.#pay('APPROVE');
    return intentId === undefined ? { kind: 'too_late' } : { kind: 'closed_the_tab', token: this.#buyer.token, held: this.#held };
  }

  /** So late that the money comes when the hold is over: the seats are had again, or the money is given back. */
  async #payAtTheEnd(): Promise<BuyerEnd> {
    const leftMs = this.#held.expiresAtMs - this.#sale.nowMs();
    if (leftMs <= WAITS_AT_MOST_MS) await wait(Math.max(0, leftMs - LAST_MOMENT_MS));
    const intentId = await this.#pay('APPROVE');
    return intentId === undefined ? { kind: 'too_late' } : { kind: 'paid_at_the_end', token: this.#buyer.token, held: this.#held, intentId };
  }

  async #buyAndReturn(): Promise<BuyerEnd> {
    const intentId = await this.#pay('APPROVE');
    if (intentId === undefined || (await this.#resultOf(intentId)) !== 'COMPLETED') return { kind: 'too_late' };
    const bought = await this.#confirm(intentId);
    if (bought.kind !== 'bought') return bought;
    return (await this.#sale.refund(intentId)) ? { ...bought, kind: 'refunded' } : { kind: 'refused' };
  }

  /** No result ever comes, and nobody waits for it: the hold ends like one that was left. */
  async #payForNothing(): Promise<BuyerEnd> {
    const intentId = await this.#pay('TIMEOUT');
    if (intentId === undefined) return { kind: 'too_late' };
    this.#sale.ledger.addPayment('unanswered');
    return { kind: 'walked_away', token: this.#buyer.token, held: this.#held };
  }

  async #pay(scenario: Scenario): Promise<string | undefined> {
    const { reservationId, amount, currency } = this.#held;
    const answer = await this.#call('pay', {
      method: 'POST', path: '/api/v1/payments/intent', key: `pay-${reservationId}-${scenario}`, body: { reservation_id: reservationId, amount, currency, scenario },
    });
    return answer.status === CREATED ? textIn(answer.body, 'payment_intent_id') : undefined;
  }

  /** Asks until the payment has its result, or the hold is over. */
  async #resultOf(intentId: string): Promise<string> {
    for (;;) {
      await wait(POLL_MS);
      const answer = await this.#call('status', { method: 'GET', path: `/api/v1/payments/${intentId}/status` });
      const status = textIn(answer.body, 'status');
      const isOpen = status === 'PENDING' || status === 'PROCESSING';
      if (status === 'COMPLETED') this.#sale.ledger.addPayment('approved');
      if (status === 'FAILED') this.#sale.ledger.addPayment('failed');
      if (!isOpen || this.#sale.nowMs() > this.#held.expiresAtMs) return status;
    }
  }

  #call(step: Step, request: SaleRequest): Promise<SaleAnswer> {
    return this.#sale.client.call(step, { ...request, token: this.#buyer.token });
  }
}
