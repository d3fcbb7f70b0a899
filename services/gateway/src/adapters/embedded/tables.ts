import type { RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { AccountTable } from './account-table.ts';

/** The memory of this service, as tables of the journal. */
export interface GatewayTables {
  readonly accounts: AccountTable;
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createGatewayTables(limits: Pick<Limits, 'users'>): GatewayTables {
  const accounts = new AccountTable(limits.users);
  return { accounts, all: [accounts] as readonly RecordTable<unknown>[] };
}
