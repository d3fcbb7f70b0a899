import { formatId, isAfterWords, NO_ROW } from '@traffic-tacos/kernel';
import type { ReservationRows } from './reservation-rows.ts';

/** Each user's reservations that are in memory, as a list through their rows: the newest id first. */
export class UserLists {
  readonly #rows: ReservationRows;
  /** By user number: the newest row + 1, or 0. */
  readonly #newest: number[] = [];

  constructor(rows: ReservationRows) {
    this.#rows = rows;
  }

  newestOf(user: number): number {
    return (this.#newest[user] ?? 0) - 1;
  }

  /** Puts the row into its user's list, which is ordered by id: almost always it is the newest. */
  link(row: number): void {
    const user = this.#rows.userAt(row);
    while (this.#newest.length <= user) this.#newest.push(0);
    const key = this.#rows.keyAt(row);
    let newer = NO_ROW;
    let older = this.newestOf(user);
    while (older !== NO_ROW && isAfterWords(this.#rows.keyAt(older), key)) {
      newer = older;
      older = this.#rows.olderOf(older);
    }
    this.#join(user, newer, row);
    this.#join(user, row, older);
  }

  unlink(row: number): void {
    this.#join(this.#rows.userAt(row), this.#rows.newerOf(row), this.#rows.olderOf(row));
  }

  /** The user's newest row whose id is below the given one, which need not be there. */
  olderThan(id: string, cursor: number, user: number): number {
    if (cursor !== NO_ROW && this.#rows.userAt(cursor) === user) return this.#rows.olderOf(cursor);
    let row = this.newestOf(user);
    while (row !== NO_ROW && formatId('rsv', this.#rows.keyAt(row)) >= id) row = this.#rows.olderOf(row);
    return row;
  }

  #join(user: number, newer: number, older: number): void {
    if (newer === NO_ROW) this.#newest[user] = older + 1;
    else this.#rows.setOlder(newer, older);
    if (older !== NO_ROW) this.#rows.setNewer(older, newer);
  }
}
