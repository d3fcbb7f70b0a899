import type { PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import { must } from '../check/breach.ts';
import type { Known, KnownIntent } from '../check/ledger.ts';
import type { World } from '../world.ts';
import { oneOf, traceOf, wordOf, type Action } from './action.ts';
import { confirmWith } from './pay.ts';

const PAGE = 4;

type Ended = 'CANCELLED' | 'CONFIRMED' | 'REFUNDED' | 'EXPIRED' | 'FAILED';

/** What a wish to change it is answered, whatever has become of its row: the table of docs/reference/errors, written down once more. */
const REFUSED: Readonly<Record<Ended, readonly string[]>> = {
  CANCELLED: ['cancelled', 'RESERVATION_ALREADY_CANCELLED'],
  CONFIRMED: ['RESERVATION_ALREADY_CONFIRMED'],
  REFUNDED: ['RESERVATION_ALREADY_CONFIRMED'],
  EXPIRED: ['RESERVATION_EXPIRED'],
  FAILED: ['RESERVATION_EXPIRED'],
};

const anyOf = <T>(list: readonly T[], draws: Parameters<Action['play']>[1]): T | undefined => (list.length === 0 ? undefined : oneOf(list, draws));

const recorded = (world: World, { held }: Known): string | undefined => world.watch.books.reservation.get(held.reservationId)?.status;

/** A cancel or an extension that comes long after the end. */
const changeEnded: Action = {
  name: 'change what has ended',
  weight: 6,
  play: (world, draws) => {
    const known = anyOf(world.ledger.reservations, draws);
    const isCancel = draws.below(2) === 0;
    const before = known === undefined ? undefined : recorded(world, known);
    if (known === undefined || before === undefined || before === 'HOLD') return;
    const { reservationId } = known.held;
    const call = { reservationId, userId: known.userId, traceId: traceOf(world), idempotencyKey: undefined };
    const { reservations } = world.doors;
    const answer: Promise<{ readonly kind: string } | { readonly refused: string }> = isCancel ? reservations.cancel(call) : reservations.extend({ ...call, extensionSeconds: 10 });
    world.ask(() => `${known.userId} wants to ${isCancel ? 'cancel' : 'extend'} ${reservationId}, which is ${before}`, answer, (told) => {
      const word = wordOf(told);
      const now = recorded(world, known) ?? before;
      must([before, now].some((status) => REFUSED[status as Ended]?.includes(word)), 'I4', reservationId, () => `is ${now}, and its owner is answered ${word}`);
      return word;
    });
  },
};

const lookAtAny: Action = {
  name: 'look at something old',
  weight: 4,
  play: (world, draws) => {
    const known = anyOf(world.ledger.reservations, draws);
    const intent = anyOf(world.ledger.intents, draws);
    if (draws.below(3) === 0 && intent !== undefined) lookAtIntent(world, intent);
    else if (known !== undefined) {
      const { reservationId } = known.held;
      world.ask(() => `${known.userId} looks at ${reservationId}`, world.doors.reservations.read(reservationId, known.userId), (facts, atMs) => {
        world.ledger.read(known, facts, atMs);
        return facts?.status ?? 'nothing';
      });
    }
  },
};

function lookAtIntent(world: World, { userId, id }: KnownIntent): void {
  world.ask(() => `${userId} looks at ${id}`, world.doors.payments.readIntent(userId, id), (answer) => {
    must(answer.kind === 'found', 'I4', id, () => `${answer.kind} to its payer`);
    return answer.kind;
  });
}

/** A payment of long ago is confirmed with, or goes back: what has left memory comes into it again. */
const bringBack: Action = {
  name: 'something old comes back',
  weight: 3,
  play: (world, draws) => {
    const intent = anyOf(world.ledger.intents, draws);
    const known = intent === undefined ? undefined : world.ledger.find(intent.reservationId);
    if (intent === undefined || known === undefined) return;
    if (draws.below(2) === 0) confirmWith(world, known, intent);
    else {
      const request = { callerId: 'ops', intentId: intent.id, reason: 'requested' as const, amountMinor: undefined, currency: undefined, idempotencyKey: undefined };
      world.ask(() => `ops gives all of ${intent.id} back`, world.doors.payments.refundIntent(request), (answer) => {
        const word = wordOf(answer);
        must(word !== 'payment_not_found', 'I4', intent.id, 'was acknowledged, and cannot be given back');
        return word;
      });
    }
  },
};

/** Whoever turns all pages of their list sees everything of theirs that they were told of, each once, the newest first. */
const listAll: Action = {
  name: 'list everything',
  weight: 1.5,
  play: (world, draws) => {
    const known = anyOf(world.ledger.reservations, draws);
    if (known === undefined) return;
    const { userId } = known;
    if (draws.below(2) === 0) {
      const due = world.ledger.reservations.filter((other) => other.userId === userId).map(({ held }) => held.reservationId);
      turnPages(world, `reservations of ${userId}`, due, async (after) => {
        const { items, next } = await world.doors.reservations.list({ userId, status: undefined, eventId: undefined, after: after as ReservationId | undefined, limit: PAGE });
        return { ids: items.map(({ reservationId }) => reservationId), next };
      });
    } else {
      const due = world.ledger.intents.filter((intent) => intent.userId === userId).map(({ id }) => id);
      turnPages(world, `payments of ${userId}`, due, async (after) => {
        const { intents, next } = await world.doors.payments.listIntents({ userId, reservationId: undefined, status: undefined, after: after as PaymentIntentId | undefined, limit: PAGE });
        return { ids: intents.map(({ id }) => id), next };
      });
    }
  },
};

type TurnPage = (after: string | undefined) => Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }>;

function turnPages(world: World, what: string, due: readonly string[], turn: TurnPage, seen: readonly string[] = [], after?: string): void {
  world.ask(() => `a page of the ${what}`, turn(after), ({ ids, next }) => {
    const all = [...seen, ...ids];
    for (const [at, id] of all.entries()) must(at === 0 || id < (all[at - 1] ?? ''), 'I4', id, () => `stands after ${String(all[at - 1])} in the list of ${what}`);
    if (next !== undefined) turnPages(world, what, due, turn, all, next);
    else for (const id of due) must(all.includes(id), 'I4', id, () => `was acknowledged, and is not among the ${all.length} ${what}`);
    return `${ids.length} of them`;
  });
}

export const WITH_ENDED: readonly Action[] = [changeEnded, lookAtAny, bringBack, listAll];
