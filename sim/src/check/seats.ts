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
  #owners = new Map<string, string>();
  #counts = new Map<string, Count>();
  /** Live holds of each buyer, by user and event. */
  #ofBuyer = new Map<string, Map<string, HoldRecord>>();
  /** Live holds of each event. */
  #ofEvent = new Map<string, Map<string, HoldRecord>>();
  #touched = new Set<Count>();

  /** Begins anew from the holds that a recovery has found. */
  rebuild(holds: Iterable<HoldRecord>, memory: InventoryMemory): void {
    this.#owners = new Map();
    this.#counts = new Map();
    this.#ofBuyer = new Map();
    this.#ofEvent = new Map();
    for (const hold of holds) if (isLive(hold)) this.#begin(hold, memory);
    this.#touched = new Set(this.#counts.values());
  }

  /** I2, and the counts: what ends goes first, since one entry may take a seat from a hold that is over and give it to another. */
  change(pairs: readonly (readonly [HoldRecord | undefined, HoldRecord])[], memory: InventoryMemory): void {
    for (const [before] of pairs) if (before !== undefined && isLive(before)) this.#end(before, memory);
    for (const [, after] of pairs) if (isLive(after)) this.#begin(after, memory);
  }

  ownerOf(eventId: string, seat: number): string | undefined {
    return this.#owners.get(`${eventId}/${seat}`);
  }

  liveOf(eventId: string): Iterable<HoldRecord> {
    return this.#ofEvent.get(eventId)?.values() ?? [];
  }

  /** Places that a buyer has at that instant: of live holds that are not over, and of orders. */
  placesOf(userId: string, eventId: string, nowMs: number): number {
    let places = 0;
    for (const hold of this.#ofBuyer.get(`${userId}/${eventId}`)?.values() ?? []) {
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
      const subject = `${eventId}/${state.plan.id}`;
      const told = (): string => `free ${free}, held ${state.held}, sold ${state.sold}, blocked ${blocked} of ${capacity}; its holds make ${held} and ${sold}`;
      must(state.held === held && state.sold === sold, 'I1', subject, told);
      must(Math.min(free, held, sold, blocked) >= 0 && free + held + sold + blocked === capacity, 'I1', subject, told);
    }
    this.#touched.clear();
  }

  #begin(hold: HoldRecord, memory: InventoryMemory): void {
    const id = holdId(hold);
    for (const seat of hold.seats) {
      const key = `${hold.eventId}/${seat}`;
      const owner = this.#owners.get(key);
      must(owner === undefined, 'I2', key, () => `is ${String(owner)}'s and was given to ${id}`);
      this.#owners.set(key, id);
    }
    this.#count(hold, memory, 1);
    listOf(this.#ofBuyer, `${hold.userId}/${hold.eventId}`).set(id, hold);
    listOf(this.#ofEvent, hold.eventId).set(id, hold);
  }

  #end(hold: HoldRecord, memory: InventoryMemory): void {
    for (const seat of hold.seats) this.#owners.delete(`${hold.eventId}/${seat}`);
    this.#count(hold, memory, -1);
    const id = holdId(hold);
    listOf(this.#ofBuyer, `${hold.userId}/${hold.eventId}`).delete(id);
    listOf(this.#ofEvent, hold.eventId).delete(id);
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
    const key = `${eventId}/${section}`;
    let count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, (count = { eventId, section, held: 0, sold: 0 }));
    if (state === HELD) count.held += places;
    else count.sold += places;
    this.#touched.add(count);
  }
}

function listOf(lists: Map<string, Map<string, HoldRecord>>, key: string): Map<string, HoldRecord> {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = new Map()));
  return list;
}
