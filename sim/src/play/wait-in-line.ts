import type { SeededRandom } from '@traffic-tacos/kernel';
import type { RoomControl } from '@traffic-tacos/queue';
import { must } from '../check/breach.ts';
import { READY } from '../check/records.ts';
import type { Named, Waiter } from '../check/waiters.ts';
import type { World } from '../world.ts';
import { oneOf, recent, type Action } from './action.ts';
import { BUYERS, newest } from './buyers.ts';
import { demandsAccount, ROOM_IDS } from './catalogue.ts';

const LABELS = 12;
const CROWD = 8;
const POLLING = 12;

const join: Action = { name: 'join the line', weight: 6, play: (world, draws) => enterLine(world, somebody(draws), rolesOf(draws)) };

/** Twice at one time, or again while in line: one place. */
const joinTwice: Action = {
  name: 'join the line twice',
  weight: 1,
  play: (world, draws) => {
    const named = somebody(draws);
    enterLine(world, named, rolesOf(draws));
    const roles = rolesOf(draws);
    world.agenda.request(() => enterLine(world, named, roles));
  },
};

const crowdJoins: Action = {
  name: 'a crowd joins the line',
  weight: 1.5,
  play: (world, draws) => {
    for (let i = 0; i < CROWD; i++) {
      const [named, roles] = [somebody(draws), rolesOf(draws)];
      world.agenda.request(() => enterLine(world, named, roles));
    }
  },
};

const poll: Action = {
  name: 'ask for one’s place in line',
  weight: 6,
  play: (world, draws) => {
    const waiter = recent(world.waiters.list, draws, 32);
    if (waiter !== undefined) askForPlace(world, waiter);
  },
};

const allPoll: Action = {
  name: 'all in line ask for their places',
  weight: 2.5,
  play: (world) => {
    for (const waiter of newest(world, POLLING, ({ isOver }) => !isOver)) world.agenda.request(() => askForPlace(world, waiter));
  },
};

/** Those whose turn it is, and now and then somebody who jumps the queue. */
const claim: Action = {
  name: 'claim a turn',
  weight: 7,
  play: (world, draws) => {
    const waiter = recent(draws.below(4) === 0 ? world.waiters.list : inState(world, READY), draws);
    if (waiter !== undefined) claimTurn(world, waiter);
  },
};

/** Whoever claims is heard of, whether or not it is their turn. */
export function claimTurn(world: World, waiter: Waiter): void {
  const { key, waitingToken, userId } = waiter;
  const before = world.watch.books.place.get(key)?.state;
  world.watch.rooms.presence.heard(key, world.clock.nowMs());
  world.ask(() => `${key} claims`, world.doors.queue.enter({ waitingToken, userId }), (answer) => {
    if (answer.kind !== 'granted') return answer.kind;
    must(before !== undefined && before >= READY, 'I8', key, 'was let in before it was called');
    world.waiters.granted(waiter, answer.reservationToken);
    return 'granted';
  });
}

/** For good, or by closing the page, which the next poll undoes. */
const leave: Action = {
  name: 'leave the line',
  weight: 1,
  play: (world, draws) => {
    const waiter = recent(world.waiters.list, draws);
    if (waiter === undefined) return;
    const { key, waitingToken, userId } = waiter;
    const isSoft = draws.below(3) > 0;
    if (isSoft) world.watch.rooms.presence.asleep(key);
    world.ask(() => `${key} leaves ${isSoft ? 'the page' : 'for good'}`, world.doors.queue.leave({ waitingToken, userId }, isSoft), ({ kind }) => kind);
  },
};

/** A token of another, or one that was changed: as if there were no such place. */
const meddle: Action = {
  name: 'meddle with a place in line',
  weight: 1,
  play: (world, draws) => {
    const waiter = recent(world.waiters.list, draws);
    if (waiter === undefined) return;
    const { key, waitingToken } = waiter;
    const isForged = draws.below(2) === 0;
    if (!isForged && waiter.userId === undefined) return;
    const shown = isForged ? `${waitingToken.slice(0, -1)}${waitingToken.endsWith('A') ? 'Q' : 'A'}` : waitingToken;
    world.ask(() => `somebody else claims ${key}`, world.doors.queue.enter({ waitingToken: shown, userId: isForged ? waiter.userId : `${String(waiter.userId)}-not` }), ({ kind }) => {
      must(kind === 'place_not_found', 'I10', key, () => `answered ${kind} to somebody else`);
      return kind;
    });
  },
};

const CONTROLS: readonly RoomControl[] = [
  { kind: 'pause' }, { kind: 'resume' }, { kind: 'resume' }, { kind: 'resume' }, { kind: 'drain' }, { kind: 'set_rate', perSecond: 4 }, { kind: 'set_rate', perSecond: 0 },
  { kind: 'set_lanes', lanes: [{ id: 'general', quota: 3, role: '' }, { id: 'vip', quota: 1, role: 'vip' }] },
];

const operate: Action = {
  name: 'the operator says a word to a room',
  weight: 0.6,
  play: (world, draws) => {
    const eventId = oneOf(ROOM_IDS, draws);
    const control = oneOf(CONTROLS, draws);
    world.ask(() => `the operator: ${control.kind} ${eventId}`, world.doors.queue.control(eventId, control), ({ kind }) => kind);
  },
};

const inState = (world: World, state: number): readonly Waiter[] => newest(world, 16, ({ key }) => world.watch.books.place.get(key)?.state === state);

function somebody(draws: SeededRandom): Named {
  const eventId = oneOf(ROOM_IDS, draws);
  const who = demandsAccount(eventId) ? 3 : draws.below(6);
  if (who === 0) return { eventId, userId: undefined, label: undefined };
  if (who === 1) return { eventId, userId: undefined, label: `label-${draws.below(LABELS)}` };
  return { eventId, userId: `buyer-${draws.below(BUYERS)}`, label: undefined };
}

const rolesOf = (draws: SeededRandom): readonly string[] => (draws.below(5) === 0 ? ['vip'] : []);

/** Somebody joins, or comes back. */
export function enterLine(world: World, named: Named, roles: readonly string[]): void {
  const { events } = world;
  const { rooms } = world.watch;
  rooms.joins(named, world.clock.nowMs());
  const wasOpen = rooms.isKnownOpen(named.eventId, world.process.tables, world.clock.nowMs());
  world.ask(() => `${named.userId ?? named.label ?? 'a visitor'} joins ${named.eventId}`, world.doors.queue.join({ ...named, roles }), (answer) => {
    if (answer.kind === 'sold_out') rooms.checkRefused(named.eventId, wasOpen);
    if (answer.kind !== 'joined') return answer.kind;
    const { key } = world.waiters.joined(named, answer, events);
    return `${answer.isNew ? 'joined' : 'known'} ${key} at ${answer.reading.position ?? '-'}`;
  });
}

/** Somebody asks for their place in line. */
export function askForPlace(world: World, waiter: Waiter): void {
  const { key, waitingToken, eventId } = waiter;
  const { presence, lines } = world.watch.rooms;
  const { events } = world;
  const heard = presence.heard(key, world.clock.nowMs());
  const isClosed = world.watch.rooms.isClosed(world.watch.books, key, eventId);
  const position = lines.line(eventId).positionOf(key);
  world.ask(() => `${key} asks`, Promise.resolve(world.doors.queue.status(waitingToken)), (reading) => {
    if (reading === undefined) {
      waiter.isOver = true;
      world.waiters.unknown(world.watch.books, waiter);
      return 'unknown';
    }
    must(reading.position === undefined || reading.position === position, 'I9', key, () => `is told ${reading.position}, and stands at ${String(position)}`);
    must(reading.reason !== 'sold_out' || isClosed, 'I9', key, 'is told that all is sold, and nobody has closed the room');
    presence.paused(key, heard, reading.pollAfterMs);
    world.waiters.position(waiter, reading, events);
    waiter.isOver ||= reading.status === 'expired' || reading.status === 'left' || reading.status === 'closed';
    return `${reading.status} ${reading.position ?? '-'}`;
  });
}

export const WAITING_IN_LINE: readonly Action[] = [join, joinTwice, crowdJoins, poll, allPoll, claim, leave, meddle, operate];
