import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OrderId, PaymentIntentId } from '@traffic-tacos/kernel';
import type { Call, KeyedCall } from './call.ts';
import type { PaymentFacts } from './payments.ts';
import type { CreateReservation, HeldReservation } from './reservations.ts';
import type { ServicesBehind } from './services-behind.ts';

/** What the suites of the ports to other services need of an adapter. */
export interface ServicesUnderTest {
  readonly services: ServicesBehind;
  /** Moves the clock that decides, and lets whatever is due by then happen. */
  advance(ms: number): Promise<void>;
}

/** Gives services of their own to each test, with the events `SUITE_EVENTS` on sale and nothing else. Holds last 60 s. */
export type OpenServices = () => Promise<ServicesUnderTest>;

export const SUITE_EVENTS = ['evt_suite_1', 'evt_suite_2', 'evt_suite_3'] as const;
export const [SUITE_EVENT, OTHER_SUITE_EVENT] = SUITE_EVENTS;

/** An event of the suites, in the catalogue format: a row of six seats, a pool of five places, four places a buyer. */
export const suiteEventDocument = (id: string): Readonly<Record<string, unknown>> => ({
  id,
  name: `Event ${id}`,
  venue: 'Hall 1',
  currency: 'KRW',
  purchase_limit: 4,
  sections: [
    { id: 'R', name: 'R석', price: 150_000, rows: [{ id: 'A', seats: '1-6' }] },
    { id: 'FLOOR', name: 'Standing', price: 99_000, capacity: 5 },
  ],
});

/** A command of the user, with a key of its own. */
export const callBy = (userId: string): KeyedCall => ({ userId, traceId: '0af7651916cd43dd8448eb211c80319c', idempotencyKey: randomUUID() });

/** The same without a key, for what repeats itself harmlessly. */
export const keylessCallBy = (userId: string): Call => ({ ...callBy(userId), idempotencyKey: undefined });

export function wishFor(userId: string, ...seatIds: readonly string[]): CreateReservation {
  return { ...callBy(userId), eventId: SUITE_EVENT, seatIds, quantity: seatIds.length, section: undefined, reservationToken: undefined };
}

/** Holds the seats, or fails the test. */
export async function hold({ services }: ServicesUnderTest, userId: string, ...seatIds: readonly string[]): Promise<HeldReservation> {
  const answer = await services.reservations.create(wishFor(userId, ...seatIds));
  assert.ok('kind' in answer, `refused: ${JSON.stringify(answer)}`);
  return answer.reservation;
}

/** Begins the payment of the reservation, or fails the test. It has been approved a second later. */
export async function beginPayment({ services }: ServicesUnderTest, userId: string, held: HeldReservation): Promise<PaymentFacts> {
  const { reservationId, totalAmountMinor, currency } = held;
  const answer = await services.payments.createIntent({
    ...callBy(userId), reservationId, amountMinor: totalAmountMinor, currency, scenario: 'APPROVE', method: undefined,
  });
  assert.ok('kind' in answer, `refused: ${JSON.stringify(answer)}`);
  return answer.payment;
}

export interface Purchase {
  readonly held: HeldReservation;
  readonly paymentIntentId: PaymentIntentId;
  readonly orderId: OrderId;
}

/** Holds, pays and confirms, or fails the test. */
export async function buy(under: ServicesUnderTest, userId: string, ...seatIds: readonly string[]): Promise<Purchase> {
  const held = await hold(under, userId, ...seatIds);
  const { paymentIntentId } = await beginPayment(under, userId, held);
  await under.advance(1_000);
  const answer = await under.services.reservations.confirm({ ...callBy(userId), reservationId: held.reservationId, paymentIntentId });
  assert.ok('kind' in answer, `refused: ${JSON.stringify(answer)}`);
  return { held, paymentIntentId, orderId: answer.orderId };
}

/** The code of a refusal, or undefined for anything else. */
export const codeOf = (answer: object): unknown => ('refused' in answer ? answer.refused : undefined);
