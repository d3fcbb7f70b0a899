import type { SeededRandom } from '@traffic-tacos/kernel';
import { ADMITTED, SPENT } from '../check/records.ts';
import type { Attempt } from '../check/ledger.ts';
import type { Waiter } from '../check/waiters.ts';
import type { World } from '../world.ts';
import { oneOf, recent, type Action } from './action.ts';
import { anybody, newest, send } from './buyers.ts';
import { ROOM_IDS, SECTIONS } from './catalogue.ts';

/** What somebody who was let in asks for, under a key of its own. */
function wish(world: World, draws: SeededRandom, { eventId, userId }: Waiter, key = `key-${world.step}`) {
  return { ...anybody(world, draws), ...(userId === undefined ? {} : { userId }), key, eventId, seatIds: undefined, quantity: 1 + draws.below(2), section: oneOf(SECTIONS, draws), mayBeApart: true };
}

/** Asks for places with the token that one was given; answers what was asked for. */
export function holdWithToken(world: World, draws: SeededRandom, waiter: Waiter, instead: Partial<Attempt> = {}): Attempt {
  const asked = { ...wish(world, draws, waiter), ...instead };
  send(world, { ...asked, token: waiter.reservationToken });
  return asked;
}

/** With the token that one was given; in every fourth case twice at one time, which one of them can do. */
const hold: Action = {
  name: 'hold with a token',
  weight: 8,
  play: (world, draws) => {
    const waiter = recent(admitted(world, ADMITTED), draws);
    if (waiter === undefined) return;
    const first = holdWithToken(world, draws, waiter);
    const second = { ...first, key: `${first.key}-b`, token: waiter.reservationToken };
    if (draws.below(4) === 0) world.agenda.request(() => send(world, second));
  },
};

/** A token that is spent already; its hold may be over. */
const reuse: Action = {
  name: 'use a token again',
  weight: 1.5,
  play: (world, draws) => {
    const waiter = recent(admitted(world, SPENT), draws, 32);
    if (waiter !== undefined) send(world, { ...wish(world, draws, waiter), token: waiter.reservationToken }, 'cheats');
  },
};

/** Without a token, with one of another event, of another user, of another kind, or one that was changed. */
const cheat: Action = {
  name: 'hold without being let in',
  weight: 1.5,
  play: (world, draws) => {
    const how = draws.below(5);
    const waiter = recent(how === 0 ? world.waiters.list : admitted(world, ADMITTED), draws);
    const token = waiter?.reservationToken;
    if (waiter === undefined) return;
    const right = wish(world, draws, waiter);
    if (how === 0) send(world, { ...right, token: waiter.waitingToken }, 'cheats');
    else if (how === 1) send(world, { ...right, token: undefined }, 'cheats');
    else if (how === 2) send(world, { ...right, eventId: ROOM_IDS.find((id) => id !== waiter.eventId) ?? '', token }, 'cheats');
    else if (how === 3 && waiter.userId !== undefined) send(world, { ...right, userId: `${waiter.userId}-not`, token }, 'cheats');
    else if (how === 4 && token !== undefined) send(world, { ...right, token: `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}` }, 'cheats');
  },
};

const admitted = (world: World, atLeast: number): readonly Waiter[] =>
  newest(world, 16, ({ key, reservationToken }) => {
    const state = world.watch.books.place.get(key)?.state ?? 0;
    return reservationToken !== undefined && (atLeast === ADMITTED ? state === ADMITTED : state >= atLeast);
  });

export const WITH_TOKENS: readonly Action[] = [hold, reuse, cheat];
