import type { ReservationId } from '@traffic-tacos/kernel';
import type { Scenario } from '@traffic-tacos/payment';
import { cancelReservation, holdSeats } from '@traffic-tacos/reservation';
import { CLUB, HALL, ROOM } from './soak-events.ts';
import type { SoakWorld } from './soak-world.ts';

const TRACE = '0'.repeat(32);
const POLL_MS = 2_000;
/** Nobody waits for longer. */
const MOST_POLLS = 60;
/** Who gives the order back does so after this time. */
const KEPT_MS = 45_000;

/** What became of a buyer, for the counts of the report. */
export type BuyerEnd = 'refused' | 'gave up waiting' | 'walked away' | 'changed their mind' | 'never paid' | 'declined' | 'bought' | 'bought and gave it back';

/** One person with a name of their own, from the first look to the last: through the waiting room or past it, to a hold, and from there on one of many ways. */
export async function playBuyer(world: SoakWorld, number: number): Promise<BuyerEnd> {
  const { draws, sleep } = world;
  const userId = `buyer-${number}`;
  const eventId = [HALL, HALL, ROOM, CLUB][draws.below(4)] ?? HALL;
  const token = eventId === ROOM ? await waitInLine(world, userId) : undefined;
  if (eventId === ROOM && token === undefined) return 'gave up waiting';
  const isSeat = draws.below(3) === 0 && eventId === HALL;
  const held = await holdSeats(world.services.reservation.context, {
    eventId, userId, traceId: TRACE, idempotencyKey: `hold-${number}`, reservationToken: token, quantity: 1,
    seatIds: isSeat ? [`R-A-${1 + draws.below(400)}`] : undefined, section: isSeat ? undefined : 'FLOOR',
  });
  if (held.kind !== 'created') return 'refused';
  const { id } = held.reservation;
  await sleep(1_000 + draws.below(5_000));
  const way = draws.below(10);
  if (way < 2) return 'walked away';
  if (way < 3) {
    await cancelReservation(world.services.reservation.context, { reservationId: id, userId, traceId: TRACE, idempotencyKey: undefined });
    return 'changed their mind';
  }
  return pay(world, { id, userId, amountMinor: held.reservation.totalMinor }, eventId === CLUB);
}

async function waitInLine({ services: { queue }, sleep }: SoakWorld, userId: string): Promise<string | undefined> {
  const joined = await queue.join({ eventId: ROOM, userId, roles: [], label: undefined });
  if (joined.kind !== 'joined') return undefined;
  const { waitingToken } = joined;
  for (let poll = 0; poll < MOST_POLLS; poll++) {
    await sleep(POLL_MS);
    await queue.status(waitingToken);
    const entered = await queue.enter({ waitingToken, userId });
    if (entered.kind === 'granted') return entered.reservationToken;
  }
  await queue.leave({ waitingToken, userId });
  return undefined;
}

/** Pays in one of all the ways in which payments end, by a client that comes back for the order or not; what is sold where others want to buy is given back. */
async function pay(world: SoakWorld, { id, userId, amountMinor }: { readonly id: ReservationId; readonly userId: string; readonly amountMinor: number }, isKept: boolean): Promise<BuyerEnd> {
  const { draws, sleep, services: { payment: { useCases } } } = world;
  const scenario = (['APPROVE', 'APPROVE', 'APPROVE', 'APPROVE', 'DELAY', 'FAIL', 'RANDOM', 'TIMEOUT'] as const satisfies readonly Scenario[])[draws.below(8)] ?? 'APPROVE';
  // Some pay at the last moment: the hold is over when the money comes.
  if (draws.below(10) === 0) await sleep(50_000);
  const webhookUrl = draws.below(8) === 0 ? `https://${userId}.example/results` : undefined;
  const made = await useCases.createIntent({ userId, traceId: TRACE, idempotencyKey: `pay-${userId}`, reservationId: id, amountMinor, currency: 'KRW', scenario, method: undefined, webhookUrl });
  if (made.kind !== 'created') return 'never paid';
  await sleep(10_000);
  const read = await useCases.readIntent(userId, made.intent.id);
  const status = read.kind === 'found' ? read.intent.status : 'none';
  if (status !== 'COMPLETED') return status === 'FAILED' ? 'declined' : 'never paid';
  if (isKept) return 'bought';
  await sleep(KEPT_MS);
  await useCases.refundIntent({ callerId: 'ops', intentId: made.intent.id, reason: 'requested', amountMinor: undefined, currency: undefined, idempotencyKey: undefined });
  return 'bought and gave it back';
}
