import { createPlatformTables, type PlatformTables } from '@traffic-tacos/platform';
import type { Admission, Grant } from '@traffic-tacos/reservation';
import type { Planting } from '../../src/machine/planting.ts';
import { READY, WAITING } from '../../src/check/records.ts';
import type { PlantedBug } from './bug.ts';

type Memory = PlatformTables['queue']['memory'];
type Room = ReturnType<Memory['room']>;

/** The right memory, with some of its parts put in other ways. */
const withMemory = (plant: (memory: Memory) => void): Planting => ({
  tables: (limits, history) => {
    const tables = createPlatformTables(limits, history);
    plant(tables.queue.memory);
    return tables;
  },
});

/** Each room is changed as it is made. */
const withRooms = (plant: (room: Room) => void): Planting =>
  withMemory((memory) => {
    const planted = new WeakSet<Room>();
    const right = memory.room.bind(memory);
    memory.room = (eventId) => {
      const room = right(eventId);
      if (!planted.has(room)) plant(room);
      planted.add(room);
      return room;
    };
  });

const withAdmission = (check: (right: Admission, ...asked: Parameters<Admission['check']>) => Promise<Grant | undefined>): Planting => ({
  instead: () => ({ admission: (right) => ({ check: (...asked) => check(right, ...asked) }) }),
});

const withGrant = (wrong: Partial<Grant>): Planting =>
  withAdmission(async (right, ...asked) => {
    const grant = await right.check(...asked);
    return grant === undefined ? undefined : { isLive: () => grant.isLive(), spend: (unit, id) => grant.spend(unit, id), ...wrong };
  });

const withTerms = (change: { readonly perSecond?: (right: number) => number; readonly maxActive?: (right: number) => number }): Planting => ({
  event: (document) => {
    const { admission } = document.terms;
    const { perSecond, maxActive } = admission;
    const planted = {
      ...admission,
      perSecond: perSecond === undefined ? undefined : (change.perSecond?.(perSecond) ?? perSecond),
      maxActive: maxActive === undefined ? undefined : (change.maxActive?.(maxActive) ?? maxActive),
    };
    return { ...document, terms: { ...document.terms, admission: planted } };
  },
});

/** Whoever stands behind somebody silent waits until they are gone. */
const waitsForGhosts = withRooms((room) => {
  const { order } = room.lane(0);
  const nextAwake = order.nextAwake.bind(order);
  order.nextAwake = (from) => {
    const awake = nextAwake(from);
    return awake === order.nextPresent(0) ? awake : -1;
  };
});

const missedTurnsGoToTheEnd = withMemory((memory) => {
  const change = memory.change.bind(memory);
  // By arrival too, since that is what it changes.
  memory.slotOf = (row) => memory.rows.slotOf(row);
  memory.change = (key, version, state, changedAtMs) => {
    const { rows } = memory;
    const row = rows.find(key);
    const before = rows.stateOf(row);
    change(key, version, state, changedAtMs);
    if (before !== READY || state !== WAITING) return;
    const lane = memory.roomOf(row).lane(rows.laneOf(row));
    lane.order.remove(rows.slotOf(row));
    rows.setSlot(row, lane.nextArrival++);
    lane.order.put(rows.slotOf(row), row);
  };
});

/** Whoever is in line may claim a turn. */
const anybodyMayClaim = withMemory(({ rows }) => {
  const stateOf = rows.stateOf;
  let isAsked = false;
  rows.stateOf = (row) => {
    const state = stateOf(row);
    isAsked = !isAsked;
    return state === WAITING && isAsked ? READY : state;
  };
});

/** Everybody stays where they were. */
function forgetDraw(room: { drawing: unknown; readonly lanes: readonly { next: unknown }[] }): void {
  room.drawing = undefined;
  for (const lane of room.lanes) lane.next = undefined;
}

/** Whoever came first is not on the list. */
const drawsWithoutTheFirst = withRooms((room) => {
  const { order } = room.lane(0);
  const nextPresent = order.nextPresent.bind(order);
  order.nextPresent = (from) => nextPresent(from === 0 ? nextPresent(0) + 1 : from);
});

export const OF_WAITING_ROOMS: readonly PlantedBug[] = [
  { bug: 'one more is let in than may be inside', planting: withTerms({ maxActive: (right) => right + 1 }), seeds: 4, breaks: ['I8'] },
  { bug: 'people are let in twice as fast', planting: withTerms({ perSecond: (right) => right * 2 }), seeds: 10, breaks: ['I8'] },
  { bug: 'a reservation token is used again', planting: withGrant({ isLive: () => true }), seeds: 4, breaks: ['I8', 'I4'] },
  { bug: 'a reservation token is not spent', planting: withGrant({ spend: () => undefined }), seeds: 4, breaks: ['I8'] },
  { bug: 'a token that is not genuine admits', planting: withAdmission(async (right, ...asked) => (await right.check(...asked)) ?? { isLive: () => true, spend: () => undefined }), seeds: 4, breaks: ['I8'] },
  { bug: 'whoever has fallen silent is let in', planting: withMemory(({ rows }) => void (rows.polledAtMs = () => Number.POSITIVE_INFINITY)), seeds: 20, breaks: ['I9'] },
  { bug: 'whoever is silent keeps others waiting', planting: waitsForGhosts, seeds: 10, breaks: ['I9'] },
  { bug: 'whoever misses a turn goes to the end of the line', planting: missedTurnsGoToTheEnd, seeds: 10, breaks: ['I9'] },
  { bug: 'whoever waits may claim a turn', planting: anybodyMayClaim, seeds: 4, breaks: ['I4', 'I8', 'I9'] },
  { bug: 'a draw changes nothing', planting: withMemory((memory) => void (memory.adoptDraw = (eventId) => forgetDraw(memory.room(eventId)))), seeds: 40, breaks: ['I9'] },
  { bug: 'a draw leaves somebody out', planting: drawsWithoutTheFirst, seeds: 10, breaks: ['I9'] },
  { bug: 'a slot does not return with the end of its hold', planting: withMemory((memory) => void (memory.spentBy = () => -1)), seeds: 4, breaks: ['I8'] },
  { bug: 'places are shown before they are on disk', planting: withRooms((room) => void Object.defineProperty(room, 'restsOn', { get: () => 0, set: () => undefined })), isOfStorms: true, seeds: 40, breaks: ['I9'] },
  { bug: 'a lease does not begin anew with a start', planting: withMemory((memory) => void (memory.startLeases = () => undefined)), isOfStorms: true, seeds: 20, breaks: ['I9'] },
];
