import type { Refusal } from '@traffic-tacos/kit';

/**
 * What the gateway itself refuses, by codes of the platform's registry. Refusals of the services behind it pass through as they come;
 * not listed here is what the edge refuses before a route sees the request.
 */
export const REFUSALS = {
  /** One answer for a wrong password and for a user who does not exist. */
  wrongCredentials: { refused: 'UNAUTHENTICATED', details: [{ field: 'password', reason: 'username or password is wrong' }] },
  /** One answer for a wrong secret and for a client that does not exist. */
  wrongClient: { refused: 'UNAUTHENTICATED', details: [{ field: 'clientSecret', reason: 'client or secret is wrong' }] },
  /** What is wrong with a message that a signature should authorise. */
  headers_missing: { refused: 'UNAUTHENTICATED', details: [{ field: 'webhook-signature', reason: 'webhook-id, webhook-timestamp and webhook-signature are required' }] },
  timestamp_out_of_window: { refused: 'UNAUTHENTICATED', details: [{ field: 'webhook-timestamp', reason: 'must be within five minutes of now' }] },
  signature_wrong: { refused: 'UNAUTHENTICATED', details: [{ field: 'webhook-signature', reason: 'is not one of a key that is accepted' }] },
  usernameTaken: { refused: 'USERNAME_TAKEN', details: [{ field: 'username', reason: 'is taken' }] },
  /** As many sign-ins wait as may: the next second has room for some. */
  signInBusy: { refused: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 },
  eventNotFound: { refused: 'EVENT_NOT_FOUND' },
  sectionNotFound: { refused: 'NOT_FOUND', details: [{ field: 'section', reason: 'the event has no section of this id' }] },
  /** These also for somebody else's: whether it exists is not told. */
  reservationNotFound: { refused: 'RESERVATION_NOT_FOUND' },
  paymentNotFound: { refused: 'PAYMENT_NOT_FOUND' },
  orderNotFound: { refused: 'ORDER_NOT_FOUND' },
  tokenNotFound: { refused: 'TOKEN_NOT_FOUND' },
} as const satisfies Readonly<Record<string, Refusal>>;

/** A field whose value contradicts another one. */
export const invalid = (field: string, reason: string): Refusal => ({ refused: 'INVALID_REQUEST', details: [{ field, reason }] });

/** Whether a service refused. */
export const isRefusal = (answer: object): answer is Refusal => 'refused' in answer;

