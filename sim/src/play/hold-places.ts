import { oneOf, recent, type Action } from './action.ts';
import { anybody, BUYERS, send } from './buyers.ts';
import { OPEN_IDS, SECTIONS, seatNames } from './catalogue.ts';

const CROWD = 16;

/** Some seats by name: side by side, and now and then one that is not there yet. */
const bySeats: Action = {
  name: 'hold seats',
  weight: 10,
  play: (world, draws) => {
    const eventId = oneOf(OPEN_IDS, draws);
    const names = seatNames(eventId);
    const quantity = 1 + draws.below(3);
    const first = draws.below(names.length - quantity);
    const section = draws.below(8) === 0 ? oneOf(SECTIONS, draws) : undefined;
    send(world, { ...anybody(world, draws), eventId, seatIds: names.slice(first, first + quantity), quantity, section, mayBeApart: false });
  },
};

const byQuantity: Action = {
  name: 'hold a quantity',
  weight: 9,
  play: (world, draws) => {
    const section = draws.below(3) === 0 ? undefined : oneOf(SECTIONS, draws);
    send(world, {
      ...anybody(world, draws), eventId: oneOf(OPEN_IDS, draws), seatIds: undefined, quantity: 1 + draws.below(4), section, mayBeApart: draws.below(2) === 0,
    });
  },
};

/** The same wish under the same key: after a lost answer, or because somebody is impatient. */
const again: Action = {
  name: 'hold again',
  weight: 5,
  play: (world, draws) => {
    const attempt = recent(world.ledger.attempts, draws);
    if (attempt !== undefined) send(world, attempt);
  },
};

const doubleClick: Action = {
  name: 'double click',
  weight: 2,
  play: (world, draws) => {
    const wish = { ...anybody(world, draws), eventId: oneOf(OPEN_IDS, draws), seatIds: undefined, quantity: 1, section: oneOf(SECTIONS, draws), mayBeApart: true };
    send(world, wish);
    world.agenda.request(() => send(world, wish));
  },
};

/** Many at once, as when an on-sale begins: their entries may share a group. */
const crowd: Action = {
  name: 'a crowd comes',
  weight: 0.2,
  play: (world, draws) => {
    for (let i = 0; i < CROWD; i++) {
      const wish = { eventId: oneOf(OPEN_IDS, draws), seatIds: undefined, quantity: 1, section: oneOf(SECTIONS, draws), mayBeApart: true };
      const attempt = { ...wish, userId: `buyer-${draws.below(BUYERS)}`, key: `key-${world.step}-${i}` };
      world.agenda.request(() => send(world, attempt));
    }
  },
};

/** Another wish under a key that has been used: a cheat, or a broken client. */
const otherWish: Action = {
  name: 'another wish under the key',
  weight: 2,
  play: (world, draws) => {
    const attempt = recent(world.ledger.attempts, draws);
    if (attempt !== undefined) send(world, { ...attempt, seatIds: undefined, quantity: 1 + (attempt.quantity % 3) });
  },
};

export const HOLDING: readonly Action[] = [bySeats, byQuantity, again, doubleClick, crowd, otherWish];
