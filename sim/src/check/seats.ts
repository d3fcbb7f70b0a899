import type { InventoryMemory } from '@traffic-tacos/inventory';
import { must } from './breach.ts';
import { COMMITTED, HELD, holdId, type HoldRecord } from './records.ts';

interface Count {
  readonly eventId: string;
  readonly section: number;
  held: number;
  sold: number;
}

const isLive = ({ state }: HoldRecord): boolean => state === HELD || state === COMMITTED;

/** Who has which seat, and how many places of each section are held and sold, counted from hold records alone. */
export class Seats {
  /** The live owner of each seat, by event and seat number. */
  #owners = new Map<string, Map<number, string>>();
  /** By event and section. */
  #counts = new Map<string, Map<number, Count>>();
  /** Live holds of each buyer, by event and user. */
  #ofBuyer = new Map<string, Map<string, Map<string, HoldRecord>>>();
  /** Live holds of each event. */
  #ofEvent = new Map<string, Map<string, HoldRecord>>();
  #touched = new Set<Count>();

  /** Begins anew from the holds that a recovery has found. */
  rebuild(holds: Iterable<HoldRecord>, memory: InventoryMemory): void {
    this.#owners = new Map();
    this.#counts = new Map();
    this.#ofBuyer = new Map();
    this.#ofEvent = new Map();
    this.#touched = new Set();
    for (const hold of holds) if (isLive(hold)) this.#begin(holdId(hold), hold, memory);
  }

  /** I2, and the counts: what ends goes first, since one entry may take a seat from a hold that is over and give it to another. */
  change(changes: readonly (readonly [id: string, before: HoldRecord | undefined, after: HoldRecord])[], memory: InventoryMemory): void {
    for (const [id, before] of changes) if (before !== undefined && isLive(before)) this.#end(id, before, memory);
    for (const [id, , after] of changes) if (isLive(after)) this.#begin(id, after, memory);
  }

  ownerOf(eventId: string, seat: number): string | undefined {
    return this.#owners.get(eventId)?.get(seat);
  }

  liveOf(eventId: string): Iterable<HoldRecord> {
    return this.#ofEvent.get(eventId)?.values() ?? [];
  }

  /** Places that a buyer has at that instant: of live holds that are not over, and of orders. */
  placesOf(userId: string, eventId: string, nowMs: number): number {
    let places = 0;
    for (const hold of this.#ofBuyer.get(eventId)?.get(userId)?.values() ?? []) {
      if (hold.state === COMMITTED || hold.expiresAtMs > nowMs) places += hold.quantity;
    }
    return places;
  }

  /** I1 for the sections that entries have touched since the last look. */
  checkTouched(memory: InventoryMemory): void {
    if (this.#touched.size === 0) return;
    for (const { eventId, section, held, sold } of this.#touched) {
      const state = memory.events.find(eventId)?.section(section);
      must(state !== undefined, 'I1', `${eventId}/${section}`, 'has holds and is gone');
      if (state === undefined) continue;
      const { free, blocked, capacity } = state;
      const adds = state.held === held && state.sold === sold && Math.min(free, held, sold, blocked) >= 0 && free + held + sold + blocked === capacity;
      if (adds) continue;
      const told = (): string => `free ${free}, held ${state.held}, sold ${state.sold}, blocked ${blocked} of ${capacity}; its holds make ${held} and ${sold}`;
      must(false, 'I1', `${eventId}/${state.plan.id}`, told);
    }
    this.#touched.clear();
  }

  #begin(id: string, hold: HoldRecord, memory: InventoryMemory): void {
    const { eventId, userId } = hold;
    const owners = listOf(this.#owners, eventId);
    for (const seat of hold.seats) {
      const owner = owners.get(seat);
      if (owner !== undefined) must(false, 'I2', `${eventId}/${seat}`, `is ${owner}'s and was given to ${id}`);
      owners.set(seat, id);
    }
    this.#count(hold, memory, 1);
    listOf(listOf(this.#ofBuyer, eventId), userId).set(id, hold);
    listOf(this.#ofEvent, eventId).set(id, hold);
  }

  #end(id: string, hold: HoldRecord, memory: InventoryMemory): void {
    const { eventId, userId } = hold;
    const owners = listOf(this.#owners, eventId);
    for (const seat of hold.seats) owners.delete(seat);
    this.#count(hold, memory, -1);
    listOf(listOf(this.#ofBuyer, eventId), userId).delete(id);
    listOf(this.#ofEvent, eventId).delete(id);
  }

  #count(hold: HoldRecord, memory: InventoryMemory, sign: 1 | -1): void {
    if (hold.seats.length === 0) {
      this.#add(hold, hold.section, sign * hold.quantity);
      return;
    }
    const seats = memory.events.find(hold.eventId)?.seats;
    for (const seat of hold.seats) this.#add(hold, seats?.sectionOf(seat) ?? -1, sign);
  }

  #add({ eventId, state }: HoldRecord, section: number, places: number): void {
    const counts = listOf(this.#counts, eventId);
    let count = counts.get(section);
    if (count === undefined) counts.set(section, (count = { eventId, section, held: 0, sold: 0 }));
    if (state === HELD) count.held += places;
    else count.sold += places;
    this.#touched.add(count);
  }
}

function listOf<Key, Value>(lists: Map<string, Map<Key, Value>>, key: string): Map<Key, Value> {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = new Map()));
  return list;
}
