/** What a buyer asks for, in the order in which it is asked for. */
const STEPS = ['jump', 'join', 'wait', 'enter', 'look', 'hold', 'leave', 'pay', 'status', 'confirm', 'cancel', 'read'] as const;
export type Step = (typeof STEPS)[number];

/** Refusals that belong to a sale: somebody was faster, or nothing is left, or the time was up. Anything else was not to be. */
const EXPECTED: Readonly<Record<Step, ReadonlySet<string>>> = {
  jump: new Set(['FORBIDDEN', 'SALE_NOT_OPEN']),
  join: new Set(['INVENTORY_CONFLICT', 'SALE_NOT_OPEN']),
  wait: new Set(),
  enter: new Set(['NOT_READY', 'FORBIDDEN']),
  look: new Set(),
  hold: new Set(['SEAT_UNAVAILABLE', 'INVENTORY_CONFLICT', 'SALE_NOT_OPEN']),
  leave: new Set(),
  pay: new Set(['RESERVATION_EXPIRED']),
  status: new Set(),
  confirm: new Set(['RESERVATION_EXPIRED']),
  cancel: new Set(['RESERVATION_EXPIRED']),
  read: new Set(),
};

const UNEXPECTED_KEPT = 20;

/** How long the answers to one step took, in ms. */
export interface StepTimes {
  readonly step: Step;
  readonly answers: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Counts and times every answer of a sale. */
export class Measures {
  readonly #timesMs: Readonly<Record<Step, number[]>> = {
    jump: [], join: [], wait: [], enter: [], look: [], hold: [], leave: [], pay: [], status: [], confirm: [], cancel: [], read: [],
  };
  readonly #refusals = new Map<string, number>();
  readonly #unexpected: string[] = [];
  #unexpectedCount = 0;

  /** `code` is empty where nothing was refused. */
  add(step: Step, tookMs: number, status: number, code: string): void {
    this.#timesMs[step].push(tookMs);
    if (status >= 200 && status < 300) return;
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
    if (!EXPECTED[step].has(code)) this.addUnexpected(`${step}: ${status} ${code}`);
  }

  addUnexpected(what: string): void {
    this.#unexpectedCount++;
    if (this.#unexpected.length < UNEXPECTED_KEPT) this.#unexpected.push(what);
  }

  get requests(): number {
    return STEPS.reduce((sum, step) => sum + this.#timesMs[step].length, 0);
  }

  get refused(): number {
    return [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** By code, the most frequent first. */
  get refusals(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#refusals].sort(([, a], [, b]) => b - a));
  }

  /** How many there were, and the first of them. */
  get unexpected(): { readonly count: number; readonly first: readonly string[] } {
    return { count: this.#unexpectedCount, first: this.#unexpected };
  }

  times(): readonly StepTimes[] {
    return STEPS.filter((step) => this.#timesMs[step].length > 0).map((step) => {
      const sorted = Float64Array.from(this.#timesMs[step]).sort();
      return { step, answers: sorted.length, p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95), p99Ms: percentile(sorted, 0.99) };
    });
  }
}

/** The smallest time that so great a part of all does not exceed; tenths of a ms. */
function percentile(sorted: Float64Array, part: number): number {
  const at = Math.max(0, Math.ceil(sorted.length * part) - 1);
  return Math.round((sorted[at] ?? 0) * 10) / 10;
}
