import type { Limits } from '@traffic-tacos/kernel';
import { IntentTable } from './intent-table.ts';
import { KeyTable } from './key-table.ts';

/** The memory of the payment service: registered with the journal in this order. */
export interface PaymentTables {
  readonly intents: IntentTable;
  readonly keys: KeyTable;
}

export const createPaymentTables = (limits: Limits): PaymentTables => ({ intents: new IntentTable(limits), keys: new KeyTable(limits) });
