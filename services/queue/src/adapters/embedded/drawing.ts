import { NO_ROW, present, readKey, writeKey } from '@traffic-tacos/kernel';
import { drawSteps, PEOPLE_A_STEP, rootSteps, type DrawnLane } from '../../application/draw.ts';
import { ArrivalOrder, NO_SLOT } from '../../domain/arrival-order.ts';
import { isInLine } from '../../domain/place.ts';
import type { QueueMemory } from './queue-memory.ts';
import type { LaneState, RoomState } from './room-state.ts';

const ID_BYTES = 16;

/** What a draw comes to. */
export interface Drawn {
  readonly lanes: readonly DrawnLane[];
  /** Of the list of those who take part. */
  readonly root: string;
}

/**
 * A draw while it is prepared, in steps beside traffic: the list of those who are in line at the opening, their places, and the lines in the new order.
 * Nothing of it is shown, and nothing written down, before all of it is there: it then takes the place of the old order at once. Who joins meanwhile stands
 * behind, who leaves keeps a drawn place in which nobody stands. A process that ends before has drawn nothing.
 */
export class Drawing {
  readonly #memory: QueueMemory;
  readonly #steps: Generator<undefined, Drawn>;
  #drawn: Drawn | undefined;

  constructor(memory: QueueMemory, room: RoomState, seed: string) {
    this.#memory = memory;
    const lanes = room.record.lanes.map((_, number) => room.lane(number));
    // The list closes now: whoever arrives later is not on it.
    const closing = lanes.map((lane) => ({ lane, arrivals: lane.nextArrival, people: lane.order.size }));
    for (const lane of lanes) lane.next = new ArrivalOrder();
    this.#steps = this.#draw(closing, seed);
  }

  /** What was drawn; there once `advance` has said so. */
  get drawn(): Drawn {
    return present(this.#drawn, 'a draw is read when it is finished');
  }

  /** Deals with so many people more; whether everything is drawn. */
  advance(people: number): boolean {
    for (let dealt = 0; dealt < people && this.#drawn === undefined; dealt += PEOPLE_A_STEP) {
      const step = this.#steps.next();
      if (step.done === true) this.#drawn = step.value;
    }
    return this.#drawn !== undefined;
  }

  *#draw(closing: readonly ClosingLane[], seed: string): Generator<undefined, Drawn> {
    const lists: Uint8Array[] = [];
    for (const lane of closing) lists.push(yield* this.#list(lane));
    const lanes: DrawnLane[] = [];
    for (const [number, ids] of lists.entries()) {
      const slots = yield* drawSteps(seed, number, ids.length / ID_BYTES);
      lanes.push({ ids, slots });
      for (const { lane } of closing.slice(number, number + 1)) yield* this.#lineUp(lane, ids, slots);
    }
    return { lanes, root: yield* rootSteps(lanes) };
  }

  /** The ids of those who were there at the closing and still are, in the order in which they came. */
  *#list({ lane: { order }, arrivals, people }: ClosingLane): Generator<undefined, Uint8Array> {
    const { rows } = this.#memory;
    const ids = new Uint8Array(people * ID_BYTES);
    const view = new DataView(ids.buffer);
    let listed = 0;
    for (let slot = order.nextPresent(0); slot !== NO_SLOT && slot < arrivals; slot = order.nextPresent(slot + 1)) {
      writeKey(view, listed * ID_BYTES, rows.keyOf(order.rowAt(slot)));
      if (++listed % PEOPLE_A_STEP === 0) yield;
    }
    return listed === people ? ids : ids.slice(0, listed * ID_BYTES);
  }

  /** Puts those who are still there into the slots that were drawn for them. */
  *#lineUp(lane: LaneState, ids: Uint8Array, slots: Uint32Array): Generator<undefined> {
    const { rows } = this.#memory;
    const next = present(lane.next, 'a lane that is drawn has an order to come');
    const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
    for (let person = 0; person < slots.length; person++) {
      const slot = slots[person] ?? 0;
      const row = rows.find(readKey(view, person * ID_BYTES));
      if (row !== NO_ROW && isInLine(rows.stateOf(row))) {
        rows.setSlot(row, slot);
        next.put(slot, row);
      }
      if (person % PEOPLE_A_STEP === 0) yield;
    }
  }
}

interface ClosingLane {
  readonly lane: LaneState;
  readonly arrivals: number;
  readonly people: number;
}
