import type { Intent } from '../domain/intent.ts';
import { factsOf, type PaymentFact } from '../domain/payment-fact.ts';
import type { PaymentResults } from '../ports/payment-results.ts';

/**
 * Tells the listener of each result once it is on disk, whoever's unit of work wrote it. Results gather while the disk is waited for,
 * so that there is one wait for many of them.
 */
export class Announcer {
  readonly #results: PaymentResults;
  readonly #durable: () => Promise<void>;
  #gathering: PaymentFact[] = [];
  #isWaiting = false;

  /** `durable` resolves when everything applied so far is on disk. */
  constructor(results: PaymentResults, durable: () => Promise<void>) {
    this.#results = results;
    this.#durable = durable;
  }

  /** Called for each image in the turn in which it is applied. */
  applied(image: Intent): void {
    if (image.factsAdded === 0) return;
    this.#gathering.push(...factsOf(image));
    if (!this.#isWaiting) this.#wait();
  }

  #wait(): void {
    const batch = this.#gathering;
    this.#gathering = [];
    this.#isWaiting = true;
    this.#durable().then(
      () => this.#tell(batch),
      // Whether these results are on disk is known after the restart, which every failure of the store leads to.
      () => this.#forget(),
    );
  }

  #tell(batch: readonly PaymentFact[]): void {
    this.#isWaiting = false;
    if (this.#gathering.length > 0) this.#wait();
    for (const fact of batch) this.#tellOne(fact);
  }

  #tellOne(fact: PaymentFact): void {
    switch (fact.type) {
      case 'payment.approved':
        return this.#results.approved(fact);
      case 'payment.failed':
        return this.#results.failed(fact);
      case 'payment.refunded':
        return this.#results.refunded(fact);
    }
  }

  #forget(): void {
    this.#isWaiting = false;
    this.#gathering = [];
  }
}
