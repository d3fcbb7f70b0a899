import type { Held } from './hold-seats.ts';

/** How it ended for one buyer. */
export type BuyerEnd =
  | { readonly kind: 'bought'; readonly token: string; readonly held: Held; readonly orderId: string }
  | { readonly kind: 'refunded'; readonly token: string; readonly held: Held; readonly orderId: string }
  | { readonly kind: 'closed_the_tab'; readonly token: string; readonly held: Held }
  | { readonly kind: 'paid_at_the_end'; readonly token: string; readonly held: Held; readonly intentId: string }
  | { readonly kind: 'walked_away'; readonly token: string; readonly held: Held }
  | { readonly kind: 'vanished_in_line' | 'told_sold_out' | 'told_sale_ended' | 'cancelled' | 'too_late' | 'nothing_left' | 'lost_every_race' | 'refused' };

export type EndKind = BuyerEnd['kind'];

/** What became of a payment, as far as its buyer waited for it. */
export type PaymentEnd = 'approved' | 'failed' | 'unanswered';

/** What the buyers themselves know at the end: only what the platform has told them. */
export class Ledger {
  readonly #ends: BuyerEnd[] = [];
  #holds = 0;
  readonly #payments = { approved: 0, failed: 0, unanswered: 0 };
  #doubleClicks = 0;
  #doubleClicksApart = 0;

  add(end: BuyerEnd): void {
    this.#ends.push(end);
  }

  addHold(): void {
    this.#holds++;
  }

  addPayment(end: PaymentEnd): void {
    this.#payments[end]++;
  }

  get payments(): Readonly<Record<PaymentEnd, number>> {
    return this.#payments;
  }

  /** Two requests with one key were both answered with a reservation: was it the same one? */
  addDoubleClick(isSame: boolean): void {
    this.#doubleClicks++;
    if (!isSame) this.#doubleClicksApart++;
  }

  get holds(): number {
    return this.#holds;
  }

  get doubleClicks(): { readonly sent: number; readonly apart: number } {
    return { sent: this.#doubleClicks, apart: this.#doubleClicksApart };
  }

  get done(): number {
    return this.#ends.length;
  }

  count(kind: EndKind): number {
    return this.#ends.reduce((sum, end) => sum + (end.kind === kind ? 1 : 0), 0);
  }

  endsOf<Kind extends EndKind>(kind: Kind): readonly Extract<BuyerEnd, { readonly kind: Kind }>[] {
    return this.#ends.filter((end): end is Extract<BuyerEnd, { readonly kind: Kind }> => end.kind === kind);
  }
}

/** Seats that two of these purchases both have. */
export function seatsTwice(purchases: readonly { readonly held: Pick<Held, 'seatIds'> }[]): readonly string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const { held } of purchases) {
    for (const seatId of held.seatIds) {
      if (seen.has(seatId)) twice.push(seatId);
      seen.add(seatId);
    }
  }
  return twice;
}
