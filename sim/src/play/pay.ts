import { present } from '@traffic-tacos/kernel';
import type { Scenario } from '@traffic-tacos/payment';
import { must } from '../check/breach.ts';
import type { Known, KnownIntent } from '../check/ledger.ts';
import type { World } from '../world.ts';
import { recent, traceOf, wordOf, type Action } from './action.ts';
import { CELLAR_ID } from './catalogue.ts';

const SCENARIOS: readonly Scenario[] = ['APPROVE', 'APPROVE', 'APPROVE', 'DELAY', 'RANDOM', 'FAIL', 'TIMEOUT'];

/** What an intent is asked with. `amountMinor` differs from the total only where somebody cheats. */
interface Payment {
  readonly known: Known;
  readonly userId: string;
  readonly key: string;
  readonly scenario: string;
  readonly amountMinor: number;
}

const pay: Action = {
  name: 'pay',
  weight: 9,
  play: (world, draws) => {
    const known = recent(world.ledger.reservations, draws, 8);
    if (known === undefined) return;
    const scenario = SCENARIOS[draws.below(SCENARIOS.length)] ?? 'APPROVE';
    const cheat = draws.below(16);
    const amountMinor = known.held.totalAmountMinor - (cheat === 0 ? 1 : 0);
    sendPayment(world, { known, userId: cheat === 1 ? `${known.userId}-not` : known.userId, key: `pay-${world.step}`, scenario, amountMinor });
  },
};

const payAgain: Action = {
  name: 'pay again under the key',
  weight: 2,
  play: (world, draws) => {
    const intent = recent(world.ledger.intents, draws);
    const known = intent === undefined ? undefined : world.ledger.find(intent.reservationId);
    if (intent !== undefined && known !== undefined) sendPayment(world, { known, userId: intent.userId, key: intent.key, scenario: intent.scenario, amountMinor: intent.amountMinor });
  },
};

/** The owner of a reservation, or somebody else, pays for it. */
export function sendPayment(world: World, { known, userId, key, scenario, amountMinor }: Payment): void {
  const { reservationId, totalAmountMinor, currency } = known.held;
  const request = { userId, traceId: traceOf(world), idempotencyKey: key, reservationId, amountMinor, currency, scenario: scenario as Scenario, method: undefined };
  world.ask(
    () => `${userId} pays ${amountMinor} for ${reservationId}: ${scenario}`,
    world.doors.payments.createIntent(request),
    (answer) => {
      if (answer.kind !== 'created' && answer.kind !== 'replayed') return answer.kind;
      const { intent } = answer;
      must(userId === known.userId, 'I10', intent.id, () => `was made by ${userId} for the reservation of ${known.userId}`);
      must(intent.amountMinor === totalAmountMinor && amountMinor === totalAmountMinor, 'I3', intent.id, () => `is of ${intent.amountMinor}, not ${totalAmountMinor}`);
      world.ledger.paid({ id: intent.id, userId, reservationId, amountMinor: intent.amountMinor, key, scenario });
      return `${answer.kind} ${intent.id}`;
    },
  );
}

/** The client's own confirm: early, in time, late, twice, or with another payment. */
const confirm: Action = {
  name: 'confirm',
  weight: 8,
  play: (world, draws) => {
    const intent = recent(world.ledger.intents, draws, 10);
    if (intent === undefined) return;
    const other = draws.below(8) === 0 ? recent(world.ledger.reservations, draws) : undefined;
    const known = other ?? present(world.ledger.find(intent.reservationId), 'an intent is for a reservation that is known');
    confirmWith(world, known, intent, draws.below(3) === 0 ? `confirm-${intent.id}` : undefined);
  },
};

/** The owner of a reservation confirms it with that payment. */
export function confirmWith(world: World, known: Known, intent: KnownIntent, idempotencyKey?: string): void {
  const { reservationId } = known.held;
  world.ask(
    () => `${known.userId} confirms ${reservationId} with ${intent.id}`,
    world.doors.reservations.confirm({ reservationId, userId: known.userId, traceId: traceOf(world), idempotencyKey, paymentIntentId: intent.id }),
    (answer) => {
      if ('refused' in answer) return answer.refused;
      must(intent.reservationId === reservationId, 'I3', reservationId, () => `was confirmed with ${intent.id} of another`);
      world.ledger.confirmed(known, answer.orderId);
      return answer.kind;
    },
  );
}

const lookAtPayment: Action = {
  name: 'look at a payment',
  weight: 2,
  play: (world, draws) => {
    const intent = recent(world.ledger.intents, draws);
    if (intent === undefined) return;
    const isOwner = draws.below(3) > 0;
    const userId = isOwner ? intent.userId : `${intent.userId}-not`;
    world.ask(() => `${userId} looks at ${intent.id}`, world.doors.payments.readIntent(userId, intent.id), (answer) => {
      must((answer.kind === 'found') === isOwner, isOwner ? 'I4' : 'I10', intent.id, () => `${answer.kind} to ${userId}`);
      return answer.kind;
    });
  },
};

const hurry: Action = { name: 'process a payment', weight: 2, play: (world, draws) => change(world, recent(world.ledger.intents, draws), 'process', draws.below(6) === 0) };
const giveUp: Action = { name: 'cancel a payment', weight: 1, play: (world, draws) => change(world, recent(world.ledger.intents, draws), 'cancel', draws.below(6) === 0) };

function change(world: World, intent: KnownIntent | undefined, how: 'process' | 'cancel', byAnother: boolean): void {
  if (intent === undefined) return;
  const { payments } = world.doors;
  const request = { userId: byAnother ? `${intent.userId}-not` : intent.userId, intentId: intent.id };
  const answer: Promise<{ readonly kind: string }> = how === 'process' ? payments.processIntent({ ...request, idempotencyKey: undefined }) : payments.cancelIntent(request);
  world.ask(() => `${request.userId} asks to ${how} ${intent.id}`, answer, ({ kind }) => {
    must(!byAnother || kind === 'payment_not_found', 'I10', intent.id, () => `${kind} to somebody else`);
    return kind;
  });
}

const refund: Action = {
  name: 'refund',
  weight: 3,
  play: (world, draws) => {
    const intent = recent(world.ledger.intents, draws, 5);
    // Whoever is keen is refunded by a wheel of their own: it would hardly ever be sold out.
    if (intent === undefined || world.ledger.find(intent.reservationId)?.held.eventId === CELLAR_ID) return;
    const isPart = draws.below(2) === 0;
    const idempotencyKey = isPart ? `part-${intent.id}-${draws.below(2)}` : undefined;
    const request = { callerId: 'ops', intentId: intent.id, reason: 'requested' as const, amountMinor: isPart ? 100 : undefined, currency: undefined, idempotencyKey };
    world.ask(() => `ops gives ${isPart ? 'a part' : 'all'} of ${intent.id} back`, world.doors.payments.refundIntent(request), wordOf);
  },
};

export const PAYING: readonly Action[] = [pay, payAgain, confirm, lookAtPayment, hurry, giveUp, refund];
