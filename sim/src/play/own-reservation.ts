import { must } from '../check/breach.ts';
import type { World } from '../world.ts';
import { recent, traceOf, wordOf, type Action } from './action.ts';

const EXTENSIONS_SECONDS = [10, 60, 61] as const;

const cancel: Action = {
  name: 'cancel',
  weight: 4,
  play: (world, draws) => {
    const known = recent(world.ledger.reservations, draws);
    if (known === undefined) return;
    const { reservationId } = known.held;
    const idempotencyKey = draws.below(3) === 0 ? 'cancel' : undefined;
    world.ask(
      () => `${known.userId} cancels ${reservationId}`,
      world.doors.reservations.cancel({ reservationId, userId: known.userId, traceId: traceOf(world), idempotencyKey }),
      (answer) => {
        if ('kind' in answer) world.ledger.cancelled(known);
        return wordOf(answer);
      },
    );
  },
};

const extend: Action = {
  name: 'extend',
  weight: 3,
  play: (world, draws) => {
    const known = recent(world.ledger.reservations, draws, 8);
    if (known === undefined) return;
    const extensionSeconds = EXTENSIONS_SECONDS[draws.below(EXTENSIONS_SECONDS.length)] ?? 10;
    const { reservationId } = known.held;
    const idempotencyKey = draws.below(3) === 0 ? `extend-${extensionSeconds}` : undefined;
    world.ask(
      () => `${known.userId} extends ${reservationId} by ${extensionSeconds} s`,
      world.doors.reservations.extend({ reservationId, userId: known.userId, traceId: traceOf(world), idempotencyKey, extensionSeconds }),
      (answer) => {
        if ('refused' in answer) return answer.refused;
        const expectedMs = known.held.holdExpiresAtMs + extensionSeconds * 1_000;
        must(answer.holdExpiresAtMs === expectedMs, 'I5', reservationId, () => `was extended until ${answer.holdExpiresAtMs}, not ${expectedMs}`);
        known.promisedUntilMs = expectedMs;
        return answer.kind;
      },
    );
  },
};

const look: Action = {
  name: 'look at a reservation',
  weight: 4,
  play: (world, draws) => {
    const known = recent(world.ledger.reservations, draws, 64);
    if (known === undefined) return;
    const { reservationId } = known.held;
    world.ask(
      () => `${known.userId} looks at ${reservationId}`,
      world.doors.reservations.read(reservationId, known.userId),
      (facts, atMs) => {
        world.ledger.read(known, facts, atMs);
        return facts?.status ?? 'nothing';
      },
    );
  },
};

/** Somebody else's reservation is as absent as none, whatever is asked of it. */
const meddle: Action = {
  name: 'meddle',
  weight: 3,
  play: (world, draws) => {
    const known = recent(world.ledger.reservations, draws);
    const intent = recent(world.ledger.intents, draws);
    if (known === undefined) return;
    const { reservationId } = known.held;
    const { reservations } = world.doors;
    const call = { reservationId, userId: `${known.userId}-not`, traceId: traceOf(world), idempotencyKey: undefined };
    const what = draws.below(4);
    const asked = (): string => `somebody else tries ${String(what)} on ${reservationId}`;
    if (what === 0) world.ask(asked, reservations.cancel(call), (answer) => absent(wordOf(answer), reservationId));
    else if (what === 1) world.ask(asked, reservations.extend({ ...call, extensionSeconds: 10 }), (answer) => absent(wordOf(answer), reservationId));
    else if (what === 2) world.ask(asked, reservations.read(reservationId, call.userId), (facts) => absent(facts === undefined ? ABSENT : facts.status, reservationId));
    else if (intent !== undefined) {
      world.ask(asked, reservations.confirm({ ...call, paymentIntentId: intent.id }), (answer) => absent(wordOf(answer), reservationId));
    }
  },
};

const ABSENT = 'RESERVATION_NOT_FOUND';

function absent(answer: string, reservationId: string): string {
  must(answer === ABSENT, 'I10', reservationId, () => `answered ${answer} to somebody else`);
  return answer;
}

const listOwn: Action = {
  name: 'list own',
  weight: 1,
  play: (world: World, draws) => {
    const known = recent(world.ledger.reservations, draws);
    if (known === undefined) return;
    const { userId } = known;
    world.ask(
      () => `${userId} lists`,
      world.doors.reservations.list({ userId, status: undefined, eventId: undefined, after: undefined, limit: 20 }),
      ({ items }) => {
        for (const { reservationId } of items) {
          const owner = world.watch.books.reservation.get(reservationId)?.userId;
          must(owner === userId, 'I10', reservationId, () => `of ${String(owner)} was listed to ${userId}`);
        }
        return `${items.length} items`;
      },
    );
  },
};

export const OWNING: readonly Action[] = [cancel, extend, look, meddle, listOwn];
