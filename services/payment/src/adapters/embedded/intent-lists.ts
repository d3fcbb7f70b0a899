import { isAfterWords, NO_ROW, type IdIndex } from '@traffic-tacos/kernel';
import { AT, type IntentRows } from './intent-rows.ts';

/** The intents in memory of each user and of each reservation, as lists through their rows: the newest id first. */
export class IntentLists {
  readonly #rows: IntentRows;
  /** Finds the newest row of each reservation. */
  readonly #byReservation: IdIndex;
  /** By user number: the newest row + 1, or 0. */
  readonly #newestOfUser: number[] = [];

  constructor(rows: IntentRows, byReservation: IdIndex) {
    this.#rows = rows;
    this.#byReservation = byReservation;
  }

  newestOf(user: number): number {
    return (this.#newestOfUser[user] ?? 0) - 1;
  }

  link(row: number): void {
    this.#linkToReservation(row);
    this.#linkToUser(row);
  }

  unlink(row: number): void {
    this.#joinOfUser(this.#rows.userNumberAt(row), this.#rows.olderAt(row, AT.newerOfUser), this.#rows.olderAt(row, AT.olderOfUser));
    this.#unlinkFromReservation(row);
  }

  /** A live row is the newest but for ties. */
  #linkToUser(row: number): void {
    const user = this.#rows.userNumberAt(row);
    while (this.#newestOfUser.length <= user) this.#newestOfUser.push(0);
    const { newer, older } = this.#placeFor(row, this.newestOf(user), AT.olderOfUser);
    this.#joinOfUser(user, newer, row);
    this.#joinOfUser(user, row, older);
  }

  #joinOfUser(user: number, newer: number, older: number): void {
    if (newer === NO_ROW) this.#newestOfUser[user] = older + 1;
    else this.#rows.setOlder(newer, AT.olderOfUser, older);
    if (older !== NO_ROW) this.#rows.setOlder(older, AT.newerOfUser, newer);
  }

  #linkToReservation(row: number): void {
    const newest = this.#byReservation.find(this.#rows.reservationAt(row));
    const { newer, older } = this.#placeFor(row, newest, AT.olderOfReservation);
    this.#rows.setOlder(row, AT.olderOfReservation, older);
    if (newer === NO_ROW) this.#head(row, newest, row);
    else this.#rows.setOlder(newer, AT.olderOfReservation, row);
  }

  /** A reservation has few intents, so what stands before the row is looked for. */
  #unlinkFromReservation(row: number): void {
    const older = this.#rows.olderAt(row, AT.olderOfReservation);
    const newest = this.#byReservation.find(this.#rows.reservationAt(row));
    if (newest === row) return this.#head(row, row, older);
    let newer = newest;
    for (let next = this.#rows.olderAt(newer, AT.olderOfReservation); next !== row; next = this.#rows.olderAt(newer, AT.olderOfReservation)) newer = next;
    this.#rows.setOlder(newer, AT.olderOfReservation, older);
  }

  /** Another row, or none, is the newest of the reservation that `row` is of. */
  #head(row: number, before: number, after: number): void {
    const reservation = this.#rows.reservationAt(row);
    if (before !== NO_ROW) this.#byReservation.remove(reservation);
    if (after !== NO_ROW) this.#byReservation.insert(reservation, after);
  }

  #placeFor(row: number, head: number, column: typeof AT.olderOfUser | typeof AT.olderOfReservation): { readonly newer: number; readonly older: number } {
    const id = this.#rows.idAt(row);
    let newer = NO_ROW;
    let older = head;
    while (older !== NO_ROW && isAfterWords(this.#rows.idAt(older), id)) {
      newer = older;
      older = this.#rows.olderAt(older, column);
    }
    return { newer, older };
  }
}
