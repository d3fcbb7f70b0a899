import { durationMs, type ManualClock } from '@traffic-tacos/kernel';
import type { PaymentStore, PaymentTerms } from '../payment-store.ts';

/** An empty store of its own, and the clock that it decides by. */
export interface StoreUnderTest {
  readonly store: PaymentStore;
  readonly clock: ManualClock;
}

export type OpenStore = (terms: PaymentTerms) => Promise<StoreUnderTest>;

/** The terms that the suite opens stores with. */
export const SUITE_TERMS: PaymentTerms = {
  timings: {
    approveDelayMs: durationMs(200),
    failDelayMs: durationMs(100),
    lateApproveDelayMs: durationMs(3_000),
    intentTtlMs: durationMs(900_000),
  },
  keyTtlMs: durationMs(300_000),
  intentsPerReservation: 3,
};
