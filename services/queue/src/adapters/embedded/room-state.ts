import { ExpiryQueue, present } from '@traffic-tacos/kernel';
import { ArrivalOrder } from '../../domain/arrival-order.ts';
import type { LaneTurn } from '../../domain/lane-turns.ts';
import { Pace } from '../../domain/pace.ts';
import type { Room } from '../../domain/room.ts';
import type { OnSale } from '../../ports/on-sales.ts';
import type { Drawing } from './drawing.ts';

/** One lane in memory. */
export class LaneState implements LaneTurn {
  order = new ArrivalOrder();
  /** The order that a draw is about to bring, while it is prepared. */
  next: ArrivalOrder | undefined;
  /** Whether people stand in drawn slots, and not in those of their arrival. */
  isDrawn = false;
  readonly pace = new Pace();
  quota = 1;
  credit = 0;
  nextArrival = 0;
  /** Of those in line, the ones whose turn it is. */
  ready = 0;
}

/** An event's waiting room in memory: its record, its lanes, and what is counted of its places. */
export class RoomState {
  readonly number: number;
  readonly lanes: LaneState[] = [];
  /** Places whose claim or token ends: hints, as the queue has it. */
  readonly due = new ExpiryQueue();
  #record: Room | undefined;
  waiting = 0;
  ready = 0;
  admitted = 0;
  spent = 0;
  /** The group of the journal that what is shown of this room rests on. */
  restsOn = 0;
  /** Of the last tick; 0 before the first. */
  tickedAtMs = 0;
  /** The part of a person that the rate owes. */
  carry = 0;
  /** The draw that is being prepared. */
  drawing: Drawing | undefined;
  /** The event as it was last looked at; undefined after a start, before the first look. */
  terms: OnSale | undefined;

  constructor(number: number) {
    this.number = number;
  }

  get record(): Room {
    return present(this.#record, 'a place is of a known room');
  }

  get version(): number {
    return this.#record?.version ?? 0;
  }

  /** Inside, or called in: what the ceiling bounds. */
  get active(): number {
    return this.ready + this.admitted + this.spent;
  }

  get live(): number {
    return this.waiting + this.active;
  }

  set(record: Room): void {
    const isOtherPace = this.#record !== undefined && (this.#record.mode !== record.mode || this.#record.perSecond !== record.perSecond);
    this.#record = record;
    for (const [index, { quota }] of record.lanes.entries()) this.lane(index).quota = quota;
    if (isOtherPace) for (const lane of this.lanes) lane.pace.restart();
  }

  lane(index: number): LaneState {
    while (this.lanes.length <= index) this.lanes.push(new LaneState());
    return present(this.lanes[index], 'the lane has just been made');
  }
}
