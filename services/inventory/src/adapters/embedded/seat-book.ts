import { invariant, present } from '@traffic-tacos/kernel';
import { seatsInRun } from '../../domain/seating.ts';
import { sectionsOfSeats, type EventPlan } from '../../domain/event-plan.ts';
import { BLOCKED, FREE, type SeatCode } from '../../domain/seat-state.ts';
import { FreeMap } from './free-map.ts';

/** Nobody has the seat. */
export const NO_OWNER = -1;

/**
 * The seats of one event by number, in arrays outside the JavaScript heap: 12 bytes a seat, 8 more once seats were added in the
 * middle, so that catalogue order is no longer the order of the numbers.
 */
export class SeatBook {
  /** The owner's row + 1, so that 0 is nobody. */
  #owners = new Uint32Array(0);
  #states = new Uint8Array(0);
  #versions = new Uint32Array(0);
  #sections: Uint16Array = new Uint16Array(0);
  #free = new FreeMap(0);
  /** Seat numbers by position in catalogue order, and the other way round; empty while they are the same. */
  #seatAt = new Uint32Array(0);
  #positionOf = new Uint32Array(0);

  get size(): number {
    return this.#states.length;
  }

  /** Free seats by position in catalogue order. */
  get free(): FreeMap {
    return this.#free;
  }

  /** The state of every seat; read only. */
  get states(): Uint8Array {
    return this.#states;
  }

  stateOf(seat: number): number {
    return present(this.#states[seat], 'no such seat');
  }

  /** The owner's row, or `NO_OWNER`. */
  ownerOf(seat: number): number {
    return (this.#owners[seat] ?? 0) - 1;
  }

  sectionOf(seat: number): number {
    return present(this.#sections[seat], 'no such seat');
  }

  /** The sum of the seats' versions. Versions only grow, so an equal sum means that none has changed. */
  versionSum(seats: readonly number[]): number {
    let sum = 0;
    for (let i = 0; i < seats.length; i++) sum += this.#versions[seats[i] ?? 0] ?? 0;
    return sum;
  }

  seatAt(position: number): number {
    return this.#seatAt.length === 0 ? position : (this.#seatAt[position] ?? 0);
  }

  positionOf(seat: number): number {
    return this.#positionOf.length === 0 ? seat : (this.#positionOf[seat] ?? 0);
  }

  /** Gives a seat a state and an owner. */
  set(seat: number, state: SeatCode, owner: number): void {
    this.#states[seat] = state;
    this.#owners[seat] = owner + 1;
    this.#versions[seat] = (this.#versions[seat] ?? 0) + 1;
    if (state === FREE) this.#free.set(this.positionOf(seat));
    else this.#free.clear(this.positionOf(seat));
  }

  /** Takes the seats of a new plan in, and blocks and unblocks as it says. Seats that somebody has stay as they are. */
  reshape(plan: EventPlan): void {
    invariant(plan.seatCount >= this.size, 'seats are never taken away');
    this.#owners = grown(this.#owners, new Uint32Array(plan.seatCount));
    this.#states = grown(this.#states, new Uint8Array(plan.seatCount));
    this.#versions = grown(this.#versions, new Uint32Array(plan.seatCount));
    this.#sections = sectionsOfSeats(plan);
    this.#order(plan);
    this.#block(plan);
    this.#free = new FreeMap(plan.seatCount);
    for (let seat = 0; seat < plan.seatCount; seat++) {
      if (this.#states[seat] === FREE) this.#free.set(this.positionOf(seat));
    }
  }

  #order(plan: EventPlan): void {
    const seatAt = new Uint32Array(plan.seatCount);
    let position = 0;
    let isInOrder = true;
    for (const section of plan.sections) {
      if (section.kind === 'pool') continue;
      for (const run of section.runs) {
        if (run.firstSeat !== position) isInOrder = false;
        for (let i = 0; i < seatsInRun(run); i++) seatAt[position++] = run.firstSeat + i;
      }
    }
    this.#seatAt = isInOrder ? new Uint32Array(0) : seatAt;
    this.#positionOf = new Uint32Array(isInOrder ? 0 : plan.seatCount);
    if (!isInOrder) for (const [at, seat] of seatAt.entries()) this.#positionOf[seat] = at;
  }

  #block(plan: EventPlan): void {
    const blocked = new Uint8Array(plan.seatCount);
    for (const section of plan.sections) if (section.kind === 'seats') for (const seat of section.blocked) blocked[seat] = 1;
    for (let seat = 0; seat < plan.seatCount; seat++) {
      const state = this.#states[seat];
      if (blocked[seat] === 1 && state === FREE) this.#change(seat, BLOCKED);
      else if (blocked[seat] === 0 && state === BLOCKED) this.#change(seat, FREE);
    }
  }

  #change(seat: number, state: SeatCode): void {
    this.#states[seat] = state;
    this.#versions[seat] = (this.#versions[seat] ?? 0) + 1;
  }
}

function grown<Array extends Uint32Array | Uint8Array>(from: Array, to: Array): Array {
  to.set(from);
  return to;
}
