import { addMs, type DurationMs, type EpochMs } from '@traffic-tacos/kernel';

/** How a simulated payment goes, chosen by the caller. In the order of their numbers on disk, which are never changed. */
export const SCENARIOS = ['APPROVE', 'FAIL', 'DELAY', 'RANDOM', 'TIMEOUT'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The result that was drawn when the intent was created. `none`: no result ever comes. */
export const DRAWN_RESULTS = ['none', 'approved', 'failed'] as const;
export type DrawnResult = (typeof DRAWN_RESULTS)[number];

/** Lengths of time from the creation of an intent. */
export interface PaymentTimings {
  /** Until an approval: `APPROVE`, and `RANDOM` when it approves. Default 200. */
  readonly approveDelayMs: DurationMs;
  /** Until a failure: `FAIL`, and `RANDOM` when it fails. 100. */
  readonly failDelayMs: DurationMs;
  /** Until the approval of `DELAY`. Default 3,000. */
  readonly lateApproveDelayMs: DurationMs;
  /** Until the intent expires, whatever the hold does. Default 900,000. */
  readonly intentTtlMs: DurationMs;
}

/** What will happen to the intent if nobody does anything: stored with it, and never drawn again. */
export interface SettlementPlan {
  readonly result: DrawnResult;
  /** The instant of the result; undefined exactly when `result` is `none`. */
  readonly settleAtMs: EpochMs | undefined;
}

/** `RANDOM` approves 80 of 100 draws. */
const APPROVED_BELOW = Math.floor(0.8 * 2 ** 32);

/** Plans the settlement. `draw` is 32 uniform bits; only `RANDOM` looks at it. */
export function planSettlement(scenario: Scenario, draw: number, timings: PaymentTimings, createdAtMs: EpochMs): SettlementPlan {
  const approved = (delay: DurationMs): SettlementPlan => ({ result: 'approved', settleAtMs: addMs(createdAtMs, delay) });
  const failed = (): SettlementPlan => ({ result: 'failed', settleAtMs: addMs(createdAtMs, timings.failDelayMs) });
  switch (scenario) {
    case 'APPROVE':
      return approved(timings.approveDelayMs);
    case 'FAIL':
      return failed();
    case 'DELAY':
      return approved(timings.lateApproveDelayMs);
    case 'RANDOM':
      return draw < APPROVED_BELOW ? approved(timings.approveDelayMs) : failed();
    case 'TIMEOUT':
      return { result: 'none', settleAtMs: undefined };
  }
}

/** What is wrong between the timings; empty when they fit together. A result at or after the expiry would never be seen. */
export function checkTimings(timings: PaymentTimings): readonly string[] {
  const problems: string[] = [];
  if (timings.intentTtlMs <= 0) problems.push('PAYMENT_INTENT_TTL_SECONDS must be above 0');
  const within = (name: string, delay: DurationMs): void => {
    if (delay >= timings.intentTtlMs) problems.push(`${name} (${delay} ms) must be shorter than the life of an intent (${timings.intentTtlMs} ms)`);
  };
  within('PAYMENT_APPROVE_DELAY_MS', timings.approveDelayMs);
  within('PAYMENT_FAIL_DELAY_MS', timings.failDelayMs);
  within('PAYMENT_DELAY_MS', timings.lateApproveDelayMs);
  return problems;
}
