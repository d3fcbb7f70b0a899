import type { Unit } from '@traffic-tacos/journal';
import { epochMs, LimitReached, NO_ROW, type EpochMs, type IdWords, type Random } from '@traffic-tacos/kernel';
import { isFinished, WAITING } from '../../domain/place.ts';
import { laneFor, newRoom, type Room } from '../../domain/room.ts';
import type { OnSale } from '../../ports/on-sales.ts';
import type { JoinOutcome, JoinPlace } from '../../ports/queue-store.ts';
import { stateOfRow, type PlaceNow } from './read-place.ts';
import type { QueueTables } from './tables.ts';

interface Now extends PlaceNow {
  readonly wallMs: EpochMs;
}

/** `isShown`: what others are shown of the room has changed with it. */
type Joined = { readonly kind: 'joined'; readonly key: IdWords; readonly isNew: boolean; readonly isShown: boolean };
type Refused = Exclude<JoinOutcome, { readonly kind: 'joined' }>;

/** The place that the owner has, or a new one at the end of their lane. */
export function decideJoin(unit: Unit, tables: QueueTables, command: JoinPlace, event: OnSale, now: Now, random: Random): Joined | Refused {
  const { memory, places, rooms } = tables;
  const { rows } = memory;
  const known = command.ownerKind === 'visitor' ? NO_ROW : rows.findOwner(command.owner);
  const state = known === NO_ROW ? undefined : stateOfRow(rows, known, memory.roomOf(known).record.closing, now);
  if (state !== undefined && !isFinished(state)) return { kind: 'joined', key: rows.keyOf(known), isNew: false, isShown: false };
  const refusal = refuse(tables, event, now);
  if (refusal !== undefined) return refusal;
  // It is over, and no tick has written that down yet: that is done before another place takes its owner.
  if (state !== undefined) {
    const over = memory.read(known);
    unit.write(places, { ...over, version: over.version + 1, state, changedAtMs: now.nowMs });
  }
  const opened = memory.find(event.eventId);
  const isNewRoom = opened === undefined || opened.version === 0;
  const room = isNewRoom ? begin(tables, event, now, random) : opened.record;
  // A room that was closed opens again with the first who comes after all who were in it have been told.
  const isReopened = room.closing !== 0;
  if (isNewRoom || isReopened) unit.write(rooms, { room: isReopened ? { ...room, version: room.version + 1, changedAtMs: now.nowMs, closing: 0 } : room, changes: [] });
  const lane = laneFor(room.lanes, command.roles);
  unit.write(places, {
    key: command.key, version: 1, eventId: event.eventId, lane, ownerKind: command.ownerKind, owner: command.owner, arrival: opened?.lane(lane).nextArrival ?? 0,
    joinedAtMs: now.nowMs, state: WAITING, changedAtMs: now.nowMs, tokenExpiresAtMs: epochMs(0), keyNumber: command.keyNumber, reservation: undefined,
  });
  return { kind: 'joined', key: command.key, isNew: true, isShown: state !== undefined || isNewRoom };
}

/** The first record of a room. The seed of its draw is made with it, so that its hash can be published at once. */
export function begin({ memory }: QueueTables, event: OnSale, { nowMs }: Pick<Now, 'nowMs'>, random: Random): Room {
  if (memory.areRoomsFull) throw new LimitReached('limits.events is reached: no waiting room is opened');
  return newRoom(event.eventId, nowMs, event.policy === 'draw' ? { seed: seedFrom(random), heldAtMs: epochMs(0), root: '', entrants: 0 } : undefined);
}

function seedFrom(random: Random): string {
  let seed = '';
  for (let i = 0; i < 8; i++) seed += random.u32().toString(16).padStart(8, '0');
  return seed;
}

function refuse({ memory }: QueueTables, event: OnSale, { nowMs, wallMs }: Pick<Now, 'nowMs' | 'wallMs'>): Refused | undefined {
  const room = memory.find(event.eventId);
  const record = room === undefined || room.version === 0 ? undefined : room.record;
  if (record !== undefined && record.opensAtMs > wallMs) return { kind: 'not_open_yet', opensAtMs: record.opensAtMs };
  if (event.saleEndsAtMs !== undefined && event.saleEndsAtMs <= wallMs) return { kind: 'sale_ended' };
  if (event.isSoldOut) return { kind: 'sold_out' };
  if (record?.mode === 'draining') return { kind: 'draining' };
  const inLine = room === undefined ? 0 : room.waiting + room.ready;
  if (record !== undefined && record.closing !== 0 && inLine > 0) return { kind: 'sold_out' };
  memory.forgetFinished(nowMs, 1);
  return memory.rows.isFull || inLine >= memory.limits.queuePlacesPerEvent ? { kind: 'room_full' } : undefined;
}
