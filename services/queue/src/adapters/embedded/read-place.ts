import type { EpochMs } from '@traffic-tacos/kernel';
import type { Eta } from '../../domain/pace.ts';
import { isInLine, READY, reasonOf, stateAt, statusOf, WAITING, type Closing, type PlaceState } from '../../domain/place.ts';
import { leaseEndsAtMs } from '../../domain/presence.ts';
import type { PlaceReading } from '../../ports/queue-store.ts';
import type { PlaceRows } from './place-rows.ts';
import type { QueueMemory } from './queue-memory.ts';
import type { LaneState, RoomState } from './room-state.ts';

/** The instant at which a place is looked at. */
export interface PlaceNow {
  readonly nowMs: EpochMs;
  /** Until when it is known which tokens were spent: `nowMs`, or earlier. */
  readonly tokensMs: EpochMs;
}

/** What the place in a row is at an instant, whether or not it is written down. */
export const stateOfRow = (rows: PlaceRows, row: number, closing: Closing, { nowMs, tokensMs }: PlaceNow): PlaceState =>
  stateAt({ state: rows.stateOf(row), tokenExpiresAtMs: rows.tokenExpiresAtMs(row) }, leaseEndsAtMs(rows.polledAtMs(row), rows.pollAfterMs(row)), closing, nowMs, tokensMs);

/** A place as its owner sees it. */
export function readPlace(memory: QueueMemory, row: number, room: RoomState, pollAfterMs: number, now: PlaceNow): PlaceReading {
  const { rows } = memory;
  const { record } = room;
  const state = stateOfRow(rows, row, record.closing, now);
  const lane = room.lane(rows.laneOf(row));
  const isBeforeDraw = record.draw !== undefined && record.draw.heldAtMs === 0;
  const ahead = isInLine(state) && !isBeforeDraw ? lane.order.ahead(memory.slotOf(row)) : undefined;
  const isPaused = isInLine(state) && record.mode === 'paused';
  return {
    key: rows.keyOf(row),
    eventId: memory.eventOf(row),
    keyNumber: rows.keyNumberOf(row),
    ownerKind: rows.ownerKindOf(row),
    owner: rows.ownerOf(row),
    status: statusOf(state),
    reason: isPaused ? 'paused' : reasonOf(state),
    position: ahead === undefined ? undefined : ahead + 1,
    eta: ahead === undefined || isPaused ? undefined : etaOf(lane, state, ahead),
    waitedMs: Math.max(0, (rows.stateOf(row) === WAITING ? now.nowMs : rows.changedAtMs(row)) - rows.joinedAtMs(row)),
    pollAfterMs,
    tokenExpiresAtMs: rows.tokenExpiresAtMs(row),
    leaseEndsAtMs: leaseEndsAtMs(rows.polledAtMs(row), rows.pollAfterMs(row)) as EpochMs,
  };
}

/** Whose turn it is, and who was passed over, stand ahead of those who wait, and keep nobody waiting. */
const etaOf = ({ pace, order }: LaneState, state: PlaceState, ahead: number): Eta | undefined =>
  state === READY ? NOW : pace.eta(Math.max(0, ahead - (order.size - order.awake)));

const NOW: Eta = { minSec: 0, sec: 0, maxSec: 0 };
