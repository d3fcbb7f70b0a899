import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../http/ask.ts';
import { listIn, numberIn, objectOf, textIn } from '../http/json-fields.ts';
import { inParallel } from './in-parallel.ts';
import type { BuyerEnd } from './ledger.ts';
import type { PlayedSale } from './play-sale.ts';
import type { Stage } from './stage.ts';

/** What is there after the sale, asked for again over HTTP. */
export interface Afterwards {
  /** Orders that were acknowledged, and of these those that are there as they were. */
  readonly orders: Found;
  /** Reservations whose payment was begun and whose buyer never came back: found confirmed. */
  readonly closedTabs: Found;
  /** Orders that were given back on request, and of these those that are REFUNDED with every ticket void. */
  readonly refunds: Found;
  readonly late: LatePayments;
  /** Holds that nobody ended: found over. Undefined where they last longer than the demo. */
  readonly walkedAway: Found | undefined;
  readonly places: Places;
}

export interface Found {
  readonly expected: number;
  readonly found: number;
}

/** Payments that were begun as late as that the money may come when the hold is over. */
export interface LatePayments {
  readonly expected: number;
  /** They have an order: their seats were still theirs, or free. */
  readonly bought: readonly LatePayment[];
  /** Their seats were gone, and their money went back. */
  readonly refunded: number;
}

/** The event's books. */
export interface Places {
  readonly capacity: number;
  readonly free: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}

type Purchase = Extract<BuyerEnd, { readonly kind: 'bought' }>;
type Refund = Extract<BuyerEnd, { readonly kind: 'refunded' }>;
type LatePayment = Extract<BuyerEnd, { readonly kind: 'paid_at_the_end' }>;

const AT_ONCE = 64;
/** Longer than the demo waits for nobody's hold to end. */
const WAIT_AT_MOST_MS = 15_000;
/** Between the end of a hold and its release, and between an approval and its order: far more than either takes. */
const GRACE_MS = 1_000;
/** A payment has five seconds to become an order or to go back; a busy machine is given some more. */
const SETTLES_WITHIN_MS = 15_000;
const ASK_AGAIN_MS = 100;
const OK = 200;

/** Asks for everything that somebody was promised, one by one. */
export async function lookAgain(stage: Stage, sale: PlayedSale): Promise<Afterwards> {
  const { ledger } = sale;
  const bought = ledger.endsOf('bought');
  const orders = await countTrue(bought, (purchase) => isOrderThere(sale, purchase));
  const lastEndMs = Math.max(0, ...[...ledger.endsOf('walked_away'), ...ledger.endsOf('paid_at_the_end')].map(({ held }) => held.expiresAtMs));
  const remainingMs = Math.max(0, lastEndMs - sale.nowMs());
  const waits = remainingMs <= WAIT_AT_MOST_MS;
  await wait((waits ? remainingMs : 0) + GRACE_MS);
  const closedTabs = await countTrue(ledger.endsOf('closed_the_tab'), (left) => settles(() => hasStatus(sale, left, 'CONFIRMED')));
  const refunds = await countTrue(ledger.endsOf('refunded'), (refund) => isRefunded(sale, refund));
  const late = await lookAtLatePayments(sale);
  const walkedAway = waits ? await countTrue(ledger.endsOf('walked_away'), (left) => settles(() => hasStatus(sale, left, 'EXPIRED'))) : undefined;
  return { orders, closedTabs, refunds, late, walkedAway, places: await placesOf(stage, sale.eventId) };
}

async function countTrue<Item>(items: readonly Item[], test: (item: Item) => Promise<boolean>): Promise<Found> {
  const results = await inParallel(items, AT_ONCE, test);
  return { expected: items.length, found: results.filter(Boolean).length };
}

/** The order stands, with the seats that were held and a ticket for each place. */
async function isOrderThere({ client }: PlayedSale, { orderId, token, held }: Purchase): Promise<boolean> {
  const { status, body } = await client.call('read', { method: 'GET', path: `/api/v1/orders/${orderId}`, token });
  const isSame = listIn(body, 'seat_ids').join() === held.seatIds.join() && textIn(body, 'reservation_id') === held.reservationId;
  return status === OK && textIn(body, 'status') === 'CONFIRMED' && isSame && listIn(body, 'tickets').length === held.quantity;
}

/** The order stands no more, and no ticket lets anybody in. */
async function isRefunded(sale: PlayedSale, { orderId, token }: Refund): Promise<boolean> {
  return settles(async () => {
    const { body } = await sale.client.call('read', { method: 'GET', path: `/api/v1/orders/${orderId}`, token });
    const tickets = listIn(body, 'tickets').map(objectOf);
    return textIn(body, 'status') === 'REFUNDED' && tickets.length > 0 && tickets.every((ticket) => textIn(ticket, 'status') === 'VOID');
  });
}

async function lookAtLatePayments(sale: PlayedSale): Promise<LatePayments> {
  const late = sale.ledger.endsOf('paid_at_the_end');
  const ends = await inParallel(late, AT_ONCE, async (payment) => {
    const isBought = (): Promise<boolean> => hasStatus(sale, payment, 'CONFIRMED');
    const isBack = async (): Promise<boolean> => (await hasStatus(sale, payment, 'FAILED')) && (await paymentIs(sale, payment, 'REFUNDED'));
    const isSettled = await settles(async () => (await isBought()) || (await isBack()));
    return isSettled && (await isBought()) ? 'bought' : isSettled ? 'refunded' : 'open';
  });
  return { expected: late.length, bought: late.filter((_, i) => ends[i] === 'bought'), refunded: ends.filter((end) => end === 'refunded').length };
}

async function paymentIs({ client }: PlayedSale, { intentId, token }: LatePayment, expected: string): Promise<boolean> {
  const { body } = await client.call('read', { method: 'GET', path: `/api/v1/payments/${intentId}/status`, token });
  return textIn(body, 'status') === expected;
}

/** Asks again until it is so, for as long as it may take. */
async function settles(isSo: () => Promise<boolean>): Promise<boolean> {
  const deadlineMs = performance.now() + SETTLES_WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) return false;
    await wait(ASK_AGAIN_MS);
  }
  return true;
}

async function hasStatus({ client }: PlayedSale, { token, held }: Pick<Purchase, 'token' | 'held'>, expected: string): Promise<boolean> {
  const { status, body } = await client.call('read', { method: 'GET', path: `/api/v1/reservations/${held.reservationId}`, token });
  return status === OK && textIn(body, 'status') === expected;
}

async function placesOf({ addresses }: Stage, eventId: string): Promise<Places> {
  const { body } = await ask(`${addresses.inventory}/v1/events/${eventId}`);
  const sections = listIn(body, 'sections').map(objectOf);
  const sum = (name: string): number => sections.reduce((total, section) => total + numberIn(section, name), 0);
  return { capacity: sum('capacity'), free: sum('remaining'), held: sum('held'), sold: sum('sold'), blocked: sum('blocked') };
}
