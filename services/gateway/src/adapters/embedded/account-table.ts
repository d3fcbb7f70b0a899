import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, invariant, present } from '@traffic-tacos/kernel';
import { ROLES, type Account, type Role } from '../../domain/account.ts';

const LAYOUT_VERSION = 1;
const ABSENT = 0;
const PRESENT = 1;

/**
 * All accounts in memory, found by username. The username is the key: two units that give the same name to two people both write
 * version 1 of one key, and the second is overtaken.
 *
 * Accounts never go, so they stand in one array and a snapshot's cursor is an index into it.
 */
export class AccountTable implements RecordTable<Account> {
  readonly recordType = 30;
  readonly name = 'account';
  readonly layoutVersion = LAYOUT_VERSION;
  readonly #limit: number;
  readonly #accounts: Account[] = [];
  readonly #indexByUsername = new Map<string, number>();

  /** `limit` is the greatest number of accounts; registering past it is refused, replaying never. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#accounts.length;
  }

  get isFull(): boolean {
    return this.#accounts.length >= this.#limit;
  }

  find(username: string): Account | undefined {
    const index = this.#indexByUsername.get(username);
    return index === undefined ? undefined : this.#accounts[index];
  }

  encode(account: Account, writer: ByteWriter): void {
    writer.text(account.username);
    writer.u32(account.version);
    writer.text(account.userId);
    writer.text(account.displayName);
    writer.u8(account.email === undefined ? ABSENT : PRESENT);
    if (account.email !== undefined) writer.text(account.email);
    writer.u8(ROLES.indexOf(account.role));
    writer.text(account.passwordRecord);
    writer.u53(account.createdAtMs);
  }

  decode(layoutVersion: number, reader: ByteReader): Account {
    invariant(layoutVersion === LAYOUT_VERSION, `account layout ${layoutVersion} was never written`);
    return {
      username: reader.text(),
      version: reader.u32(),
      userId: reader.text(),
      displayName: reader.text(),
      email: reader.u8() === PRESENT ? reader.text() : undefined,
      role: roleAt(reader.u8()),
      passwordRecord: reader.text(),
      createdAtMs: epochMs(reader.u53()),
    };
  }

  isNext(account: Account): boolean {
    return account.version === (this.find(account.username)?.version ?? 0) + 1;
  }

  apply(account: Account): void {
    this.#put(account);
  }

  restore(account: Account): void {
    const stored = this.find(account.username);
    if (stored === undefined || stored.version < account.version) this.#put(account);
  }

  rebuild(): void {
    // Nothing is derived from the rows: the index by username is kept with each of them.
  }

  scan(cursor: number, budget: number, visit: (account: Account) => void): number {
    const end = Math.min(cursor + budget, this.#accounts.length);
    for (let i = cursor; i < end; i++) visit(present(this.#accounts[i], 'account'));
    return end === this.#accounts.length ? -1 : end;
  }

  #put(account: Account): void {
    const index = this.#indexByUsername.get(account.username) ?? this.#accounts.length;
    this.#accounts[index] = account;
    this.#indexByUsername.set(account.username, index);
  }
}

const roleAt = (index: number): Role => present(ROLES[index], `no role has the number ${index}`);
