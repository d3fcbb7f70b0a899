import { epochMs, ExpiryQueue, formatId, Interner, NO_ROW, present, type EpochMs, type IdWords, type Limits } from '@traffic-tacos/kernel';
import { ADMITTED, isFinished, isInLine, READY, SPENT, WAITING, type Place, type PlaceState } from '../../domain/place.ts';
import { CLAIM_MS } from '../../domain/presence.ts';
import { PlaceRows } from './place-rows.ts';
import { RoomState } from './room-state.ts';

export type QueueLimits = Pick<Limits, 'queuePlaces' | 'queuePlacesPerEvent' | 'events' | 'queueGraceMs' | 'queueTickChanges' | 'queueDrawSlice' | 'queueLanes'>;

/** A place before its first record. */
const NOTHING = 0;

/** All waiting rooms with their places, and everything that is derived from them. */
export class QueueMemory {
  readonly limits: QueueLimits;
  readonly rows: PlaceRows;
  readonly #rooms: RoomState[] = [];
  readonly #ids: Interner;
  /** The rows of places whose token was spent, by the reservation that lives from it. */
  readonly #spent = new Map<string, number>();
  /** Finished places by when they may be forgotten. */
  #finished = new ExpiryQueue();

  constructor(limits: QueueLimits) {
    this.limits = limits;
    this.rows = new PlaceRows(limits.queuePlaces);
    this.#ids = new Interner(limits.events);
  }

  find(eventId: string): RoomState | undefined {
    return this.#rooms[this.#ids.find(eventId)];
  }

  /** The room of an event, made now if there is none. */
  room(eventId: string): RoomState {
    const number = this.#ids.intern(eventId);
    return (this.#rooms[number] ??= new RoomState(number));
  }

  roomOf(row: number): RoomState {
    return present(this.#rooms[this.rows.roomOf(row)], 'a place is of a known room');
  }

  eventOf(row: number): string {
    return this.#ids.textOf(this.rows.roomOf(row));
  }

  get areRoomsFull(): boolean {
    return this.#ids.isFull;
  }

  /** In the order in which they were opened. */
  *rooms(): Iterable<RoomState> {
    for (const room of this.#rooms) if (room !== undefined && room.version > 0) yield room;
  }

  /** The place whose token that reservation was made with, as long as its hold lives. */
  spentBy(reservationId: string): number {
    return this.#spent.get(reservationId) ?? NO_ROW;
  }

  read(row: number): Place {
    return this.rows.read(row, this.eventOf(row));
  }

  /** Puts a place in, live. */
  apply(place: Place): void {
    const { rows } = this;
    const known = rows.find(place.key);
    const before = known === NO_ROW ? NOTHING : rows.stateOf(known);
    const room = this.room(place.eventId);
    const row = rows.put(place, room.number);
    if (before === NOTHING) rows.heard(row, place.joinedAtMs, 0);
    this.#carry(row, before, place.state);
  }

  /** Changes the state of a place, live. */
  change(key: IdWords, version: number, state: PlaceState, changedAtMs: EpochMs): void {
    const row = this.rows.find(key);
    const before = this.rows.stateOf(row);
    this.rows.change(row, version, state, changedAtMs);
    this.#carry(row, before, state);
  }

  /** During recovery; what is derived waits for `rebuild`. */
  restore(place: Place): void {
    if (this.rows.versionOf(this.rows.find(place.key)) < place.version) this.#restored(this.rows.put(place, this.room(place.eventId).number));
  }

  restoreChange(key: IdWords, version: number, state: PlaceState, changedAtMs: EpochMs): void {
    const row = this.rows.find(key);
    // A place that is not there was forgotten before the snapshot walk came to it.
    if (row === NO_ROW || this.rows.versionOf(row) >= version) return;
    this.rows.change(row, version, state, changedAtMs);
    this.#restored(row);
  }

  /** The journal tells of many more places than were ever there at one time: where they run short, the finished ones are forgotten here as they were live. */
  #restored(row: number): void {
    const { rows } = this;
    if (isFinished(rows.stateOf(row))) this.#finished.push(rows.changedAtMs(row), row);
    this.forgetFinished(epochMs(0), 2);
  }

  rebuild(): void {
    this.#finished = new ExpiryQueue();
    for (let row = 0; row < this.rows.highWater; row++) if (this.rows.versionOf(row) > 0) this.#carry(row, NOTHING, this.rows.stateOf(row));
  }

  /** Where somebody stands in their lane. */
  slotOf(row: number): number {
    const { rows } = this;
    return this.roomOf(row).lane(rows.laneOf(row)).isDrawn ? rows.slotOf(row) : rows.arrivalOf(row);
  }

  /** Everybody stands in the slots that were drawn; whoever came later has the slot of their arrival, behind them. */
  adoptDraw(eventId: string): void {
    const room = this.room(eventId);
    room.drawing = undefined;
    for (const lane of room.lanes) {
      if (lane.next === undefined) continue;
      lane.order = lane.next;
      lane.next = undefined;
      lane.isDrawn = true;
    }
  }

  /** Every lease starts anew: nobody could be heard while nothing ran. */
  startLeases(nowMs: EpochMs): void {
    for (let row = 0; row < this.rows.highWater; row++) this.rows.heard(row, nowMs, 0);
  }

  /** Forgets finished places whose time is over, and where room is short, also those whose is not. */
  forgetFinished(nowMs: EpochMs, most: number): void {
    const { rows } = this;
    for (let i = 0; i < most; i++) {
      const row = this.#finished.popDue(rows.live > this.limits.queuePlaces / 2 ? epochMs(Number.MAX_SAFE_INTEGER) : nowMs);
      if (row === undefined) return;
      if (isFinished(rows.stateOf(row))) rows.free(row);
    }
  }

  #carry(row: number, before: number, state: PlaceState): void {
    const room = this.roomOf(row);
    const lane = room.lane(this.rows.laneOf(row));
    const slot = this.slotOf(row);
    if (!isInLine(before) && isInLine(state)) {
      lane.order.put(slot, row);
      lane.next?.put(slot, row);
    }
    if (isInLine(before) && !isInLine(state)) {
      lane.order.remove(slot);
      // Whoever is not in the order to come yet is not put there.
      const drawn = this.rows.slotOf(row);
      if (lane.next?.has(drawn) === true && lane.next.rowAt(drawn) === row) lane.next.remove(drawn);
    }
    if (state === READY) lane.order.sleep(slot);
    lane.ready += Number(state === READY) - Number(before === READY);
    lane.nextArrival = Math.max(lane.nextArrival, this.rows.arrivalOf(row) + 1);
    this.#countIn(room, before, -1);
    this.#countIn(room, state, 1);
    this.#remind(room, row, before, state);
  }

  #countIn(room: RoomState, state: number, by: number): void {
    if (state === WAITING) room.waiting += by;
    else if (state === READY) room.ready += by;
    else if (state === ADMITTED) room.admitted += by;
    else if (state === SPENT) room.spent += by;
  }

  #remind(room: RoomState, row: number, before: number, state: PlaceState): void {
    const { rows } = this;
    if (state === READY) room.due.push(epochMs(rows.changedAtMs(row) + CLAIM_MS), row);
    if (state === ADMITTED) room.due.push(rows.tokenExpiresAtMs(row), row);
    if (state === SPENT) this.#spent.set(this.#reservationOf(row), row);
    if (before === SPENT) this.#spent.delete(this.#reservationOf(row));
    if (before === NOTHING && !isFinished(state)) rows.enterOwner(row);
    if (!isFinished(state)) return;
    if (before !== NOTHING) rows.leaveOwner(row);
    this.#finished.push(epochMs(rows.changedAtMs(row) + this.limits.queueGraceMs), row);
  }

  #reservationOf(row: number): string {
    return formatId('rsv', present(this.read(row).reservation, 'a token is spent for a reservation'));
  }
}
