import { numberIn, textIn } from './answer-fields.ts';
import type { HttpAnswer, HttpConnection } from './http-connection.ts';

/** What somebody asks for, in the order in which a purchase does; the waiting room's part first. */
type BuyerAsk = 'join' | 'status' | 'enter' | 'hold' | 'intent' | 'payment' | 'confirm' | 'order';

/** Asks of somebody whose turn has come, where the payment has its result by the first time that it is asked for. */
export const ASKS_INSIDE = 6;

/** Somebody who wants two seats of an event, and how far they have come. */
export interface Buyer {
  readonly number: number;
  /** Empty for a visitor who has not signed in yet: whoever buys is signed in. */
  readonly joinsAs: string;
  readonly token: string;
  next: BuyerAsk;
  waitingToken: string;
  reservationToken: string;
  reservationId: string;
  paymentIntentId: string;
  orderId: string;
}

export interface Shop {
  readonly eventId: string;
  /** Where seats are looked for; empty for anywhere. */
  readonly sectionOf: (buyer: Buyer) => string;
  /** Differs for each run against one platform, so that keys do. */
  readonly runName: string;
}

/** What became of an ask: there is a next one in so many ms, it is over for this buyer, or the answer is none that there should be. */
export type Step =
  | { readonly kind: 'goes_on'; readonly afterMs: number }
  | { readonly kind: 'bought' }
  /** Told that there is nothing left. */
  | { readonly kind: 'told' }
  /** To be asked again: the platform could not answer just now. */
  | { readonly kind: 'sent_away'; readonly afterMs: number }
  | { readonly kind: 'failed' };

const PLACES = 2;
const PRICE = 1_000;
/** A client asks after the provider's usual time, and again after as long. */
const PAYMENT_POLL_MS = 250;
const MS_PER_SECOND = 1_000;

const BOUGHT: Step = { kind: 'bought' };
const TOLD: Step = { kind: 'told' };
const FAILED: Step = { kind: 'failed' };
const AT_ONCE: Step = { kind: 'goes_on', afterMs: 0 };

export const newBuyer = (number: number, token: string, isSignedIn: boolean): Buyer => ({
  number, token, joinsAs: isSignedIn ? token : '', next: 'join', waitingToken: '', reservationToken: '', reservationId: '', paymentIntentId: '', orderId: '',
});

/** An address of one's own, as a load balancer tells it. */
export const addressLine = (number: number): string => `x-forwarded-for: 10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}\r\n`;

/** Sends what the buyer asks for next. Rejects when the connection is gone. */
export function ask(connection: HttpConnection, buyer: Buyer, { eventId, sectionOf, runName }: Shop): Promise<HttpAnswer> {
  const address = addressLine(buyer.number);
  const signedIn = (token: string): string => (token === '' ? address : `${address}authorization: Bearer ${token}\r\n`);
  const keyed = (): string => `${signedIn(buyer.token)}idempotency-key: ${runName}-${buyer.number}-${buyer.next}\r\n`;
  switch (buyer.next) {
    case 'join':
      return connection.send('POST', '/api/v1/queue/join', signedIn(buyer.joinsAs), `{"event_id":"${eventId}"}`);
    case 'status':
      return connection.send('GET', `/api/v1/queue/status?token=${buyer.waitingToken}`, address);
    case 'enter':
      return connection.send('POST', '/api/v1/queue/enter', signedIn(buyer.joinsAs), `{"waiting_token":"${buyer.waitingToken}"}`);
    case 'hold': {
      const section = sectionOf(buyer);
      const where = section === '' ? '' : `"section":"${section}",`;
      return connection.send('POST', '/api/v1/reservations', keyed(), `{"event_id":"${eventId}",${where}"quantity":${PLACES},"reservation_token":"${buyer.reservationToken}"}`);
    }
    case 'intent':
      return connection.send('POST', '/api/v1/payments/intent', keyed(), `{"reservation_id":"${buyer.reservationId}","amount":${PLACES * PRICE},"currency":"KRW"}`);
    case 'payment':
      return connection.send('GET', `/api/v1/payments/${buyer.paymentIntentId}/status`, signedIn(buyer.token));
    case 'confirm':
      return connection.send('POST', `/api/v1/reservations/${buyer.reservationId}/confirm`, keyed(), `{"payment_intent_id":"${buyer.paymentIntentId}"}`);
    case 'order':
      return connection.send('GET', `/api/v1/orders/${buyer.orderId}`, signedIn(buyer.token));
  }
}

/** What the buyer does with an answer. */
export function take(buyer: Buyer, answer: HttpAnswer): Step {
  const { status, retryAfterSeconds = 1 } = answer;
  if (status === 503 || status === 429) return { kind: 'sent_away', afterMs: retryAfterSeconds * MS_PER_SECOND };
  switch (buyer.next) {
    case 'join':
      if (status === 409) return TOLD;
      if (status !== 202) return FAILED;
      buyer.waitingToken = textIn(answer, 'waiting_token');
      return takePlace(buyer, answer);
    case 'status':
      return status === 200 ? takePlace(buyer, answer) : FAILED;
    case 'enter':
      // Whoever comes too late for their turn goes on waiting for the next one.
      if (status === 403) return goOn(buyer, 'status');
      buyer.reservationToken = textIn(answer, 'reservation_token');
      return status === 200 ? goOn(buyer, 'hold') : FAILED;
    case 'hold':
      if (status === 409) return TOLD;
      buyer.reservationId = textIn(answer, 'reservation_id');
      return status === 201 ? goOn(buyer, 'intent') : FAILED;
    case 'intent':
      buyer.paymentIntentId = textIn(answer, 'payment_intent_id');
      return status === 201 ? goOn(buyer, 'payment', PAYMENT_POLL_MS) : FAILED;
    case 'payment':
      return status === 200 ? takePayment(buyer, answer) : FAILED;
    case 'confirm':
      buyer.orderId = textIn(answer, 'order_id');
      return status === 200 ? goOn(buyer, 'order') : FAILED;
    case 'order':
      return status === 200 && answer.body.includes('"status":"VALID"') ? BOUGHT : FAILED;
  }
}

function takePlace(buyer: Buyer, answer: HttpAnswer): Step {
  switch (textIn(answer, 'status')) {
    case 'waiting':
      return goOn(buyer, 'status', numberIn(answer, 'poll_after_ms'));
    case 'ready':
    case 'admitted':
      return goOn(buyer, 'enter');
    case 'closed':
      return TOLD;
    case 'expired':
      return goOn(buyer, 'join');
    default:
      return FAILED;
  }
}

function takePayment(buyer: Buyer, answer: HttpAnswer): Step {
  const status = textIn(answer, 'status');
  if (status === 'COMPLETED') return goOn(buyer, 'confirm');
  return status === 'PENDING' || status === 'PROCESSING' ? { kind: 'goes_on', afterMs: PAYMENT_POLL_MS } : FAILED;
}

function goOn(buyer: Buyer, next: BuyerAsk, afterMs = 0): Step {
  buyer.next = next;
  return afterMs === 0 ? AT_ONCE : { kind: 'goes_on', afterMs };
}
