import type { Unit, Units } from '@traffic-tacos/journal';
import { LimitReached, type EpochMs } from '@traffic-tacos/kernel';
import { decideRegistration, type Account, type Registrant } from '../../domain/account.ts';
import type { AccountStore, RegistrationOutcome } from '../../ports/account-store.ts';
import type { AccountTable } from './account-table.ts';

/** Accounts in the journal of this process. */
export class EmbeddedAccountStore implements AccountStore {
  readonly #units: Units;
  readonly #table: AccountTable;

  constructor(units: Units, table: AccountTable) {
    this.#units = units;
    this.#table = table;
  }

  register(registrant: Registrant, nowMs: EpochMs): Promise<RegistrationOutcome> {
    return this.#units.run((unit) => registerIn(unit, this.#table, registrant, nowMs));
  }

  async findForLogin(username: string): Promise<Account | undefined> {
    const account = this.#table.find(username);
    // An account that is not on disk yet may be gone after a crash, and a token for it would name nobody. The wait is the same for
    // a name that nobody has, so that its length tells nothing.
    await this.#units.durable();
    return account;
  }
}

/** Decides inside the unit, where the table shows every account applied before, and stages the account if there is one to add. */
export function registerIn(unit: Unit, table: AccountTable, registrant: Registrant, nowMs: EpochMs): RegistrationOutcome {
  const decision = decideRegistration(table.find(registrant.username), registrant, nowMs);
  if (decision.kind === 'registered') {
    if (table.isFull) throw new LimitReached('no further account fits (limit: users)');
    unit.write(table, decision.account);
  }
  return decision;
}
