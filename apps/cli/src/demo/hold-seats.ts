import { setTimeout as wait } from 'node:timers/promises';
import { listIn, numberIn, textIn, type JsonObject } from '../http/json-fields.ts';
import type { Buyer } from './buyer.ts';
import { chooseSeats } from './choose-seats.ts';
import type { SaleAnswer } from './sale-client.ts';
import { STANDING, type Sale } from './sale.ts';

/** What a buyer holds, as the platform's answer said it. */
export interface Held {
  readonly reservationId: string;
  readonly seatIds: readonly string[];
  readonly quantity: number;
  readonly amount: number;
  readonly currency: string;
  readonly expiresAtMs: number;
}

export type HoldEnd = { readonly kind: 'held'; readonly held: Held } | { readonly kind: 'nothing_left' | 'lost_every_race' | 'told_sale_ended' | 'refused' };

type Wish = { readonly seat_ids: readonly string[] } | { readonly section: string; readonly quantity: number };

const CREATED = 201;
/** Between looking at the map and asking for seats: meanwhile others ask. */
const THINKS_AT_LEAST_MS = 100;
const THINKS_UP_TO_MS = 300;
/** Who has lost so many races in a row goes home. */
const ATTEMPTS = 4;

/** Looks at what is free and tries to get it, again and again, since others look at the same map. A refusal does not spend the token of one's admission. */
export async function holdSeats(buyer: Buyer, sale: Sale, reservationToken: string | undefined): Promise<HoldEnd> {
  let isStandingGone = !buyer.prefersStanding;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const wish = isStandingGone ? await seatsFrom(buyer, sale) : { section: STANDING, quantity: buyer.wanted };
    if (wish === undefined) return { kind: 'nothing_left' };
    const answer = await askFor({ ...wish, ...(reservationToken === undefined ? {} : { reservation_token: reservationToken }) }, `hold-${buyer.userId}-${attempt}`, buyer, sale);
    if (answer.status === CREATED) return { kind: 'held', held: heldOf(answer.body) };
    if (answer.code === 'SALE_NOT_OPEN') return { kind: 'told_sale_ended' };
    if (answer.code === 'INVENTORY_CONFLICT') isStandingGone = true;
    else if (answer.code !== 'SEAT_UNAVAILABLE') return { kind: 'refused' };
  }
  return { kind: 'lost_every_race' };
}

async function seatsFrom({ wanted, random }: Buyer, sale: Sale): Promise<Wish | undefined> {
  const seats = chooseSeats(await sale.seatMap(), wanted, random);
  await wait(THINKS_AT_LEAST_MS + random.below(THINKS_UP_TO_MS));
  return seats === undefined ? undefined : { seat_ids: seats };
}

async function askFor(wish: Wish & { readonly reservation_token?: string }, key: string, { token, doubleClicks }: Buyer, { client, eventId, ledger }: Sale): Promise<SaleAnswer> {
  const click = (): Promise<SaleAnswer> =>
    client.call('hold', { method: 'POST', path: '/api/v1/reservations', token, key, body: { event_id: eventId, ...wish } });
  if (!doubleClicks) return click();
  const [first, second] = await Promise.all([click(), click()]);
  if (first.status === CREATED && second.status === CREATED) ledger.addDoubleClick(idIn(first) === idIn(second));
  return first.status === CREATED ? first : second;
}

const idIn = ({ body }: SaleAnswer): string => textIn(body, 'reservation_id');

const heldOf = (body: JsonObject): Held => ({
  reservationId: textIn(body, 'reservation_id'),
  seatIds: listIn(body, 'seat_ids').map(String),
  quantity: numberIn(body, 'quantity'),
  amount: numberIn(body, 'total_amount'),
  currency: textIn(body, 'currency'),
  expiresAtMs: Date.parse(textIn(body, 'hold_expires_at')),
});
