import { describe } from 'node:test';
import { createAndListTests } from './suite/create-and-list.ts';
import { keyTests } from './suite/keys.ts';
import { refundTests } from './suite/refunds.ts';
import { settlementTests } from './suite/settlement.ts';
import type { OpenStore } from './suite/store-under-test.ts';

/** What every `PaymentStore` must do. `open` gives an empty store to each test. */
export function paymentStoreSuite(adapter: string, open: OpenStore): void {
  describe(`${adapter} as a payment store`, () => {
    createAndListTests(open);
    settlementTests(open);
    refundTests(open);
    keyTests(open);
  });
}
