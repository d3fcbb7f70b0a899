import type { Unit } from '@traffic-tacos/journal';
import { Unavailable, type PaymentIntentId } from '@traffic-tacos/kernel';
import type { Scheduler } from '../../expiry-timer.ts';
import type { RefundReason } from '../../ports/payments.ts';

const REPEAT_AFTER_MS = 1_000;

export interface Refund {
  readonly intentId: PaymentIntentId;
  readonly reason: RefundReason;
}

/**
 * Refunds that decisions have asked for, begun when the decision is on disk and repeated until they are answered. What a crash cuts off comes
 * again: the payment's result counts as followed only when the money is back.
 */
export class RefundsAfterwards {
  readonly #noted = new WeakMap<Unit, Refund>();
  readonly #underWay = new Map<PaymentIntentId, Promise<void>>();
  readonly #callsOff = new Map<PaymentIntentId, () => void>();
  readonly #give: (refund: Refund) => Promise<void>;
  readonly #scheduler: Scheduler;
  readonly #onFailure: (cause: unknown) => void;
  #isStopped = false;

  /** `give` rejects with `Unavailable` when the refund was not answered. `onFailure` is told of a refund that is refused for good. */
  constructor(give: (refund: Refund) => Promise<void>, scheduler: Scheduler, onFailure: (cause: unknown) => void) {
    this.#give = give;
    this.#scheduler = scheduler;
    this.#onFailure = onFailure;
  }

  /** Notes what the decision that is being made in the unit asks for. */
  note(unit: Unit, refund: Refund): void {
    this.#noted.set(unit, refund);
  }

  /** Whether a refund of the payment has been begun and is not known to have been answered. */
  isUnderWay(intentId: PaymentIntentId): boolean {
    return this.#underWay.has(intentId) || this.#callsOff.has(intentId);
  }

  /** Resolves when those that are asked for now have been answered, or were not and are repeated. */
  async answered(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** Begins what was noted for the unit, whose decision is on disk. */
  begin(unit: Unit): void {
    const refund = this.#noted.get(unit);
    this.#noted.delete(unit);
    if (refund !== undefined && !this.#underWay.has(refund.intentId)) this.#start(refund);
  }

  /** Resolves when no refund is being asked for any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const callOff of this.#callsOff.values()) callOff();
    await Promise.all(this.#underWay.values());
  }

  #start(refund: Refund): void {
    const { intentId } = refund;
    this.#callsOff.delete(intentId);
    const run = this.#give(refund)
      .catch((cause: unknown) => this.#failed(refund, cause))
      .finally(() => this.#underWay.delete(intentId));
    this.#underWay.set(intentId, run);
  }

  #failed(refund: Refund, cause: unknown): void {
    if (!(cause instanceof Unavailable)) return this.#onFailure(cause);
    if (this.#isStopped) return;
    this.#callsOff.set(refund.intentId, this.#scheduler.after(REPEAT_AFTER_MS, () => this.#start(refund)));
  }
}
