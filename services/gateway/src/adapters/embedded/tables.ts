import type { RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { AccountTable } from './account-table.ts';
import { ActionTable } from './action-table.ts';
import { WebhookIdTable } from './webhook-id-table.ts';

/** The memory of this service, as tables of the journal. */
export interface GatewayTables {
  readonly accounts: AccountTable;
  readonly webhookIds: WebhookIdTable;
  readonly actions: ActionTable;
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createGatewayTables(limits: Pick<Limits, 'users' | 'webhookIds' | 'adminActions'>): GatewayTables {
  const accounts = new AccountTable(limits.users);
  const webhookIds = new WebhookIdTable(limits);
  const actions = new ActionTable(limits);
  return { accounts, webhookIds, actions, all: [accounts, webhookIds, actions] as readonly RecordTable<unknown>[] };
}
