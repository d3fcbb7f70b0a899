import { IdIndex, NO_ROW, RowStore, invariant, writeKey, type IdWords } from '@traffic-tacos/kernel';
import type { HoldRows } from './hold-rows.ts';

const BYTES_PER_BUYER = 32;
const KEY = 0;
const PLACES = 16;
const VERSION = 20;
const FIRST_HOLD = 24;

/** What each user has of each event: places in live holds and in orders not refunded, and the live holds as a list through their rows. */
export class BuyerBook {
  readonly #rows: RowStore;
  readonly #index: IdIndex;
  readonly #holds: HoldRows;

  /** Every buyer has a hold in memory, so there are never more buyers than holds, of which recovery may meet twice `limit`. */
  constructor(limit: number, holds: HoldRows) {
    this.#rows = new RowStore(BYTES_PER_BUYER, limit * 2);
    this.#index = new IdIndex(this.#rows, KEY);
    this.#holds = holds;
  }

  /** The buyer's row, or `NO_ROW` while this user has never held a place of this event. */
  find(user: number, event: number): number {
    return user === 0 ? NO_ROW : this.#index.find(keyOf(user, event));
  }

  placesOf(buyer: number): number {
    return buyer === NO_ROW ? 0 : this.#get(buyer, PLACES);
  }

  /** One more with each change; 0 while there is no row. */
  versionOf(buyer: number): number {
    return buyer === NO_ROW ? 0 : this.#get(buyer, VERSION);
  }

  /** Visits the buyer's holds that nobody has ended, newest first, until `visit` answers false. */
  visitLive(buyer: number, visit: (hold: number) => boolean): void {
    if (buyer === NO_ROW) return;
    for (let hold = this.#get(buyer, FIRST_HOLD) - 1; hold !== NO_ROW; hold = this.#holds.nextOfBuyer(hold)) {
      if (!visit(hold)) return;
    }
  }

  /** The buyer's row, a new one where there is none. */
  rowFor(user: number, event: number): number {
    const key = keyOf(user, event);
    const found = this.#index.find(key);
    if (found !== NO_ROW) return found;
    const buyer = this.#rows.allocate();
    writeKey(this.#rows.view(buyer), this.#rows.offset(buyer) + KEY, key);
    this.#index.insert(key, buyer);
    return buyer;
  }

  /** Counts places in, or out when negative. */
  addPlaces(buyer: number, places: number): void {
    const after = this.#get(buyer, PLACES) + places;
    invariant(after >= 0, 'a buyer never has fewer than no places');
    this.#set(buyer, PLACES, after);
    this.#touch(buyer);
  }

  addLive(buyer: number, hold: number): void {
    const next = this.#get(buyer, FIRST_HOLD) - 1;
    this.#holds.linkOfBuyer(hold, NO_ROW, next);
    if (next !== NO_ROW) this.#holds.linkOfBuyer(next, hold, this.#holds.nextOfBuyer(next));
    this.#set(buyer, FIRST_HOLD, hold + 1);
    this.#touch(buyer);
  }

  removeLive(buyer: number, hold: number): void {
    const previous = this.#holds.previousOfBuyer(hold);
    const next = this.#holds.nextOfBuyer(hold);
    if (previous === NO_ROW) this.#set(buyer, FIRST_HOLD, next + 1);
    else this.#holds.linkOfBuyer(previous, this.#holds.previousOfBuyer(previous), next);
    if (next !== NO_ROW) this.#holds.linkOfBuyer(next, previous, this.#holds.nextOfBuyer(next));
    this.#holds.linkOfBuyer(hold, NO_ROW, NO_ROW);
    this.#touch(buyer);
  }

  /** A hold of the buyer has left memory: a buyer without places is as one who never had any. */
  leave(user: number, event: number): void {
    const buyer = this.find(user, event);
    if (buyer === NO_ROW || this.placesOf(buyer) > 0 || this.#get(buyer, FIRST_HOLD) > 0) return;
    this.#index.remove(keyOf(user, event));
    this.#rows.free(buyer);
  }

  #touch(buyer: number): void {
    this.#set(buyer, VERSION, this.#get(buyer, VERSION) + 1);
  }

  #get(buyer: number, column: number): number {
    return this.#rows.view(buyer).getUint32(this.#rows.offset(buyer) + column, true);
  }

  #set(buyer: number, column: number, value: number): void {
    this.#rows.view(buyer).setUint32(this.#rows.offset(buyer) + column, value, true);
  }
}

/** User and event as a key whose last two words are spread evenly, as the index needs them (the finishing steps of MurmurHash3). */
function keyOf(user: number, event: number): IdWords {
  let mixed = Math.imul(user, 0x9e3779b1) ^ Math.imul(event, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return { w0: user, w1: event, w2: Math.imul(mixed, 0x27d4eb2f), w3: mixed ^ (mixed >>> 16) };
}
