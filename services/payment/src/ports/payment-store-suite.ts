import { describe } from 'node:test';
import { createAndListTests } from './suite/create-and-list-suite.ts';
import { forcedTests } from './suite/forced-suite.ts';
import { keyTests } from './suite/keys-suite.ts';
import { refundTests } from './suite/refunds-suite.ts';
import { settlementTests } from './suite/settlement-suite.ts';
import type { OpenStore } from './suite/store-under-test.ts';

/** What every `PaymentStore` must do. `open` gives an empty store to each test. */
export function paymentStoreSuite(adapter: string, open: OpenStore): void {
  describe(`${adapter} as a payment store`, () => {
    createAndListTests(open);
    settlementTests(open);
    refundTests(open);
    forcedTests(open);
    keyTests(open);
  });
}
