import type { EpochMs } from '@traffic-tacos/kernel';
import { admissionOf, allowanceOf } from '../../domain/admission.ts';
import { NO_SLOT } from '../../domain/arrival-order.ts';
import { nextTurn } from '../../domain/lane-turns.ts';
import { ADMITTED, isInLine, LEASE_ENDED, READY, SALE_ENDED, SOLD_OUT, TOKEN_RAN_OUT, WAITING, type Closing, type PlaceState } from '../../domain/place.ts';
import { CLAIM_MS, isSilent, leaseEndsAtMs } from '../../domain/presence.ts';
import { classOfWait, type Room } from '../../domain/room.ts';
import type { OnSale } from '../../ports/on-sales.ts';
import type { QueueMemory } from './queue-memory.ts';
import type { RoomState } from './room-state.ts';
import type { PlaceChange, RoomStep } from './room-table.ts';

/** What a tick decides with, beside the room. */
export interface TickFacts {
  readonly nowMs: EpochMs;
  readonly wallMs: EpochMs;
  readonly event: OnSale;
  readonly perSecond: number;
  readonly ceiling: number;
  readonly seatsFactor: number;
  /** What the services behind can take. */
  readonly headroom: number;
  /** Rows of the room whose lease may be over. */
  readonly silentRows: readonly number[];
  /** Until when it is known which tokens were spent: `nowMs`, or earlier. */
  readonly tokensMs: EpochMs;
}

export interface PlannedTick {
  /** Undefined where nothing changes. */
  readonly step: RoomStep | undefined;
  readonly carry: number;
  /** Of those whose turn has come. */
  readonly waitsMs: readonly number[];
}

/** Plans a tick of one room: claims, tokens and leases that are over end, a sale that is over closes, and who is next is called. Changes no fact. */
export function planTick(memory: QueueMemory, room: RoomState, facts: TickFacts): PlannedTick {
  const plan = new TickPlan(memory, room, facts);
  plan.endDue();
  plan.endLeases(facts.silentRows);
  const closing = closingOf(room, facts);
  if (closing !== 0) plan.close(closing);
  const { whole, carry } = allowanceOf(facts.perSecond, room.tickedAtMs === 0 ? 0 : facts.nowMs - room.tickedAtMs, room.carry);
  if (closing === 0 && isLettingIn(room.record, facts)) plan.letIn(whole, facts);
  return { step: plan.step(closing), carry, waitsMs: plan.waitsMs };
}

function closingOf({ record, waiting, ready }: RoomState, { event, wallMs }: TickFacts): Closing {
  if (event.saleEndsAtMs !== undefined && event.saleEndsAtMs <= wallMs) return SALE_ENDED;
  if (event.isSoldOut) return SOLD_OUT;
  // Who was told that the room is closed stays closed, also where seats come back.
  return waiting + ready > 0 ? record.closing : 0;
}

/** Whether anybody may be let in at all, as far as mode, sale and draw say. */
export const isLettingIn = ({ mode, draw }: Room, { event, wallMs }: Pick<TickFacts, 'event' | 'wallMs'>): boolean =>
  mode !== 'paused' && (event.saleStartsAtMs === undefined || event.saleStartsAtMs <= wallMs) && (draw === undefined || draw.heldAtMs > 0);

class TickPlan {
  readonly waitsMs: number[] = [];
  readonly #memory: QueueMemory;
  readonly #room: RoomState;
  readonly #nowMs: EpochMs;
  readonly #tokensMs: EpochMs;
  readonly #changes: PlaceChange[] = [];
  /** Rows that this tick has changed already. */
  readonly #changed = new Set<number>();
  #readyEnded = 0;
  #tokensEnded = 0;
  #noShows = 0;
  #overtakes = 0;

  constructor(memory: QueueMemory, room: RoomState, { nowMs, tokensMs }: TickFacts) {
    this.#memory = memory;
    this.#room = room;
    this.#nowMs = nowMs;
    this.#tokensMs = tokensMs;
  }

  /** A hint is of a place that may have moved on, or may be another one's row by now. */
  endDue(): void {
    const { due } = this.#room;
    while ((due.nextAtMs() ?? Number.POSITIVE_INFINITY) <= this.#nowMs && !this.#isDueFirst()) due.popDue(this.#nowMs);
    due.visitDue(this.#nowMs, (row) => {
      if (this.#endsNow(row) && !this.#changed.has(row)) this.#endDue(row);
      return this.#hasRoom();
    });
  }

  endLeases(rows: readonly number[]): void {
    for (const row of rows) {
      if (!this.#hasRoom()) return;
      if (!this.#changed.has(row) && this.#isLeaseOver(row)) this.#end(row, LEASE_ENDED);
    }
  }

  /** Closes as many places as one record may change; the others read as closed already. */
  close(closing: PlaceState): void {
    for (const { order } of this.#room.lanes) {
      for (let slot = order.nextPresent(0); slot !== NO_SLOT && this.#hasRoom(); slot = order.nextPresent(slot + 1)) {
        const row = order.rowAt(slot);
        if (!this.#changed.has(row)) this.#end(row, closing);
      }
    }
  }

  letIn(allowance: number, { ceiling, seatsFactor, headroom, event }: TickFacts): void {
    const { active, ready, admitted, lanes } = this.#room;
    const ended = this.#readyEnded + this.#tokensEnded;
    const most = admissionOf({
      allowance, ceiling, active: active - ended, headroom, freeSeats: event.freeSeats, seatsFactor, readyAndAdmitted: ready + admitted - ended,
    });
    const next = lanes.map(({ order }, lane) => this.#nextAwake(lane, order.nextAwake(0)));
    const called = lanes.map(() => 0);
    for (let left = most; left > 0 && this.#hasRoom(); left--) {
      const lane = nextTurn(lanes, (index) => (next[index] ?? NO_SLOT) !== NO_SLOT);
      const slot = next[lane];
      if (slot === undefined) return;
      this.#call(lane, slot, called[lane] ?? 0);
      called[lane] = (called[lane] ?? 0) + 1;
      next[lane] = this.#nextAwake(lane, this.#room.lane(lane).order.nextAwake(slot + 1));
    }
  }

  step(closing: Closing): RoomStep | undefined {
    const { record } = this.#room;
    if (this.#changes.length === 0 && record.closing === closing) return undefined;
    const waits = [...record.waits];
    for (const waitMs of this.waitsMs) waits[classOfWait(waitMs)] = (waits[classOfWait(waitMs)] ?? 0) + 1;
    const room: Room = {
      ...record, version: record.version + 1, changedAtMs: this.#nowMs, closing, letIn: record.letIn + this.waitsMs.length, noShows: record.noShows + this.#noShows,
      overtakes: record.overtakes + this.#overtakes, waits,
    };
    return { room, changes: this.#changes };
  }

  #isDueFirst(): boolean {
    let isDue = false;
    this.#room.due.visitDue(this.#nowMs, (row) => {
      // One whose token may have been spent waits for the word of whoever knows.
      isDue = this.#endsNow(row) || this.#isAdmitted(row);
      return false;
    });
    return isDue;
  }

  #endsNow(row: number): boolean {
    const { rows } = this.#memory;
    if (rows.versionOf(row) === 0 || rows.roomOf(row) !== this.#room.number) return false;
    const state = rows.stateOf(row);
    if (state === READY) return rows.changedAtMs(row) + CLAIM_MS <= this.#nowMs;
    return state === ADMITTED && rows.tokenExpiresAtMs(row) <= this.#tokensMs;
  }

  #isAdmitted(row: number): boolean {
    const { rows } = this.#memory;
    return rows.versionOf(row) > 0 && rows.roomOf(row) === this.#room.number && rows.stateOf(row) === ADMITTED;
  }

  #endDue(row: number): void {
    if (this.#memory.rows.stateOf(row) === ADMITTED) {
      this.#tokensEnded++;
      this.#change(row, TOKEN_RAN_OUT);
    } else {
      this.#noShows++;
      if (this.#isLeaseOver(row)) this.#end(row, LEASE_ENDED);
      else this.#end(row, WAITING);
    }
  }

  #end(row: number, state: PlaceState): void {
    if (this.#memory.rows.stateOf(row) === READY) this.#readyEnded++;
    this.#change(row, state);
  }

  #isLeaseOver(row: number): boolean {
    const { rows } = this.#memory;
    return isInLine(rows.stateOf(row)) && leaseEndsAtMs(rows.polledAtMs(row), rows.pollAfterMs(row)) <= this.#nowMs;
  }

  /** The first from `slot` on who is neither silent nor changed by this tick. Who has fallen silent is not looked at again before being heard of. */
  #nextAwake(lane: number, slot: number): number {
    const { rows } = this.#memory;
    const { order } = this.#room.lane(lane);
    for (let at = slot; at !== NO_SLOT; at = order.nextAwake(at + 1)) {
      const row = order.rowAt(at);
      if (this.#changed.has(row)) continue;
      if (!isSilent(rows.polledAtMs(row), rows.pollAfterMs(row), this.#nowMs)) return at;
      order.sleep(at);
    }
    return NO_SLOT;
  }

  /** People whose turn it is stand ahead of those who wait, so whoever else is ahead was passed over. */
  #call(lane: number, slot: number, called: number): void {
    const { rows } = this.#memory;
    const { order, ready } = this.#room.lane(lane);
    const row = order.rowAt(slot);
    if (order.ahead(slot) > ready + called) this.#overtakes++;
    this.waitsMs.push(Math.max(0, this.#nowMs - rows.joinedAtMs(row)));
    this.#change(row, READY);
  }

  #change(row: number, state: PlaceState): void {
    const { rows } = this.#memory;
    this.#changed.add(row);
    this.#changes.push({ key: rows.keyOf(row), version: rows.versionOf(row) + 1, state });
  }

  #hasRoom(): boolean {
    return this.#changes.length < this.#memory.limits.queueTickChanges;
  }
}
