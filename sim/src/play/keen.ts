import type { SeededRandom } from '@traffic-tacos/kernel';
import { ADMITTED, READY, WAITING } from '../check/records.ts';
import type { Waiter } from '../check/waiters.ts';
import type { World } from '../world.ts';
import { recent, type Action } from './action.ts';
import { BUYERS } from './buyers.ts';
import { CELLAR_ID, changedCellar } from './catalogue.ts';
import { sendPayment } from './pay.ts';
import { askForPlace, claimTurn, enterLine } from './wait-in-line.ts';
import { holdWithToken } from './with-tokens.ts';

const CROWD = 3;
/** Of the newest in all lines. */
const LOOKED_AT = 120;
const ANY_PLACE = { quantity: 1, section: undefined };

/** They come before, while and after it is sold. */
const crowdJoins: Action = {
  name: 'keen buyers join the line',
  weight: 7,
  play: (world, draws) => {
    for (let i = 0; i < CROWD; i++) {
      const userId = `buyer-${draws.below(BUYERS)}`;
      world.agenda.request(() => enterLine(world, { eventId: CELLAR_ID, userId, label: undefined }, []));
    }
  },
};

/** One does what their place allows: claims before anybody else asks, holds, or asks. */
const press: Action = {
  name: 'a keen buyer presses on',
  weight: 50,
  play: (world, draws) => {
    const waiters = world.waiters.list.slice(-LOOKED_AT).filter(({ eventId, isOver }) => eventId === CELLAR_ID && !isOver);
    const inState = (wanted: number): readonly Waiter[] => waiters.filter(({ key }) => world.watch.books.place.get(key)?.state === wanted);
    const ready = recent(inState(READY), draws);
    const admitted = recent(inState(ADMITTED), draws);
    if (ready !== undefined) return claimTurn(world, ready);
    if (admitted?.reservationToken !== undefined) return void holdWithToken(world, draws, admitted, ANY_PLACE);
    const waiting = recent(inState(WAITING), draws, LOOKED_AT);
    if (waiting !== undefined) askForPlace(world, waiting);
  },
};

/** Whoever has places there means to keep them. */
const pays: Action = {
  name: 'a keen buyer pays',
  weight: 20,
  play: (world, draws) => {
    const nowMs = world.clock.nowMs();
    const known = recent(ofCellar(world).filter(({ status, promisedUntilMs, held }) => status === 'HOLD' && promisedUntilMs > nowMs && world.watch.books.reservation.get(held.reservationId)?.status === 'HOLD'), draws);
    if (known === undefined) return;
    const { userId, held: { reservationId, totalAmountMinor } } = known;
    sendPayment(world, { known, userId, key: `keen-${reservationId}`, scenario: 'APPROVE', amountMinor: totalAmountMinor });
  },
};

/** A refund brings places back, also to an event that is sold out. */
const returns: Action = { name: 'a keen buyer is refunded', weight: 1.5, play: refund };

function refund(world: World, draws: SeededRandom): void {
  const ids = new Set<string>(ofCellar(world).map(({ held }) => held.reservationId));
  const intent = recent(world.ledger.intents.filter(({ reservationId }) => ids.has(reservationId)), draws, 32);
  if (intent === undefined) return;
  const request = { callerId: 'ops', intentId: intent.id, reason: 'requested' as const, amountMinor: undefined, currency: undefined, idempotencyKey: undefined };
  world.ask(() => `ops gives all of ${intent.id} back`, world.doors.payments.refundIntent(request), (answer) => ('kind' in answer ? answer.kind : 'refused'));
}

const moreSeats: Action = {
  name: 'the organizer changes the small event',
  weight: 0.1,
  play: (world, draws) => {
    const document = changedCellar((bound) => draws.below(bound));
    world.ask(() => `the organizer changes ${document.id}`, world.doors.inventory.putEvent(document), ({ kind }) => kind);
  },
};

/** Newest last. Those of long ago are no concern of anybody any more. */
const ofCellar = (world: World) => world.ledger.reservations.slice(-200).filter(({ held }) => held.eventId === CELLAR_ID);

/** So that what they set off comes to its end before they are gone. */
const goesOn: Action = { name: 'what is under way goes on', weight: 150, play: (world, draws) => void world.takeOne(draws.u32()) };

export const KEEN: readonly Action[] = [crowdJoins, press, goesOn, pays, returns, moreSeats];
