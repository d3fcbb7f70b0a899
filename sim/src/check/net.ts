import { DIFFERENCES, type Difference, type DifferenceKind, type ReconcileReport } from '@traffic-tacos/platform';
import type { Books } from './books.ts';
import { must } from './breach.ts';

/** How long what follows from a change is left to whoever should see to it. */
const LEFT_ALONE_MS = 2_000;
/** Within so much time of its cause a difference is put right (I3). */
const NET_MS = 5_000;

/** Since when nobody has seen to it, as the entries say; undefined where there is nothing that anybody had to see to. */
const SINCE: Readonly<Partial<Record<DifferenceKind, (books: Books, subject: string) => number | undefined>>> = {
  captured_without_order: settledAtMs,
  failure_not_followed: settledAtMs,
  settlement_overdue: ({ intent }, id) => {
    const found = intent.get(id);
    return found === undefined ? undefined : Math.min(found.settleAtMs ?? found.expiresAtMs, found.expiresAtMs);
  },
  order_refund_not_followed: ({ intent }, id) => {
    const found = intent.get(id);
    return found?.status === 'REFUNDED' ? found.changedAtMs : undefined;
  },
  expiry_overdue: ({ reservation, hold }, id) => reservation.get(id)?.holdExpiresAtMs ?? hold.get(id)?.expiresAtMs,
};

function settledAtMs({ intent }: Books, id: string): number | undefined {
  return intent.get(id)?.settleAtMs;
}

/**
 * The reconciler is the net under everybody else. What it tells must be so, and what it puts right must have been left undone for as long as it was to wait: a
 * difference that is put right while its owner is at work on it is an effect without a cause.
 */
export class Net {
  /** Since when nobody is late with anything. */
  #restsFromMs = Number.POSITIVE_INFINITY;

  /** From now on nothing comes late, goes wrong or waits for anything but its instant. */
  restsFrom(nowMs: number): void {
    this.#restsFromMs = nowMs;
  }

  /** Requests come again, and with them all that goes wrong. */
  wakes(): void {
    this.#restsFromMs = Number.POSITIVE_INFINITY;
  }

  settled(books: Books, { kind, subject, detail, outcome }: Difference, nowMs: number): void {
    const told = `${kind} ${subject}`;
    if (kind === 'outbox_overdue') {
      // The bus may be away for as long as it likes, but not then.
      must(nowMs < this.#restsFromMs + NET_MS, 'reconciler', told, detail);
      return;
    }
    must(outcome === 'healed' && DIFFERENCES[kind].rule === 'heal', 'reconciler', told, () => `stays: ${detail}`);
    const sinceMs = SINCE[kind]?.(books, subject);
    must(sinceMs !== undefined, 'reconciler', told, 'was put right, and had no cause');
    if (sinceMs === undefined) return;
    must(nowMs - sinceMs >= LEFT_ALONE_MS, 'reconciler', told, () => `was put right ${nowMs - sinceMs} ms after its cause, while its owner was at work on it`);
    must(sinceMs < this.#restsFromMs, 'reconciler', told, 'was left undone, and nothing stood in the way of its owner');
    must(nowMs < this.#restsFromMs + NET_MS, 'reconciler', told, () => `was put right ${nowMs - sinceMs} ms after its cause, which is too late`);
  }

  /** What a walk has found once nothing is under way any more. */
  checkAtRest(report: ReconcileReport | undefined): void {
    must(report !== undefined, 'reconciler', 'a walk', 'never came to its end');
    const [first] = report?.differences ?? [];
    must(first === undefined, 'reconciler', `${String(first?.kind)} ${String(first?.subject)}`, () => `differs at rest: ${String(first?.detail)}`);
  }
}
