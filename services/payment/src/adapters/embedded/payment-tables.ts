import { NO_HISTORY, type HistorySource, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { AnsweredTable } from './answered-table.ts';
import { IntentTable } from './intent-table.ts';
import { DeliveryTable } from './delivery-table.ts';
import { KeyTable } from './key-table.ts';
import { ReceiverTable } from './receiver-table.ts';
import { RegistrationTable } from './registration-table.ts';

/** The memory of the payment service, as tables of the journal. */
export interface PaymentTables {
  readonly intents: IntentTable;
  readonly keys: KeyTable;
  readonly deliveries: DeliveryTable;
  readonly receivers: ReceiverTable;
  readonly registrations: RegistrationTable;
  /** Written where the results are followed in another process. */
  readonly answered: AnsweredTable;
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createPaymentTables(limits: Limits, history: HistorySource = NO_HISTORY): PaymentTables {
  const intents = new IntentTable(limits, history);
  const keys = new KeyTable(limits);
  const deliveries = new DeliveryTable(limits);
  const receivers = new ReceiverTable();
  const registrations = new RegistrationTable(limits);
  const answered = new AnsweredTable(limits, (intent) => intents.isInMemory(intent));
  const all = [intents, keys, deliveries, receivers, registrations, answered] as readonly RecordTable<unknown>[];
  return { intents, keys, deliveries, receivers, registrations, answered, all };
}
