import type { RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { AccountTable } from './account-table.ts';
import { WebhookIdTable } from './webhook-id-table.ts';

/** The memory of this service, as tables of the journal. */
export interface GatewayTables {
  readonly accounts: AccountTable;
  readonly webhookIds: WebhookIdTable;
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createGatewayTables(limits: Pick<Limits, 'users' | 'webhookIds'>): GatewayTables {
  const accounts = new AccountTable(limits.users);
  const webhookIds = new WebhookIdTable(limits);
  return { accounts, webhookIds, all: [accounts, webhookIds] as readonly RecordTable<unknown>[] };
}
