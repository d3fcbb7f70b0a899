import { parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';

/** The results of payments that something follows from. */
const PAYMENT_RESULTS = ['payment.approved', 'payment.failed', 'payment.refunded'] as const;
export type PaymentResult = (typeof PAYMENT_RESULTS)[number];

/** What is told of reservations. Nothing is left to do about it: it was done in the entry that announced it. */
const RESERVATION_FACTS = ['reservation.created', 'reservation.confirmed', 'reservation.cancelled', 'reservation.expired', 'reservation.failed', 'reservation.refunded'] as const;

export const WAKE_UP = 'reservation.hold.due';
/** Wake-ups by other names, where they carry no sequence: with one they tell a fact. */
const WAKE_UP_NAMES: readonly string[] = [WAKE_UP, 'reservation.expired', 'reservation.hold.expired'];

/** What is told apart in figures: no label of a metric comes from a message. */
export type MessageType = PaymentResult | (typeof RESERVATION_FACTS)[number] | typeof WAKE_UP | 'compensation' | 'unknown';

/** What a message asks for. */
export type Job =
  | { readonly kind: 'hold_due'; readonly type: MessageType; readonly reservationId: ReservationId; readonly traceId: string }
  | { readonly kind: 'payment_result'; readonly type: PaymentResult; readonly messageId: string; readonly paymentIntentId: PaymentIntentId; readonly reservationId: ReservationId; readonly traceId: string }
  | { readonly kind: 'nothing'; readonly type: MessageType }
  /** No attempt at it will ever succeed, but an operator may mend what sent it. */
  | { readonly kind: 'unreadable'; readonly type: MessageType; readonly reason: string };

type Fields = Readonly<Record<string, unknown>>;

const TRACE_ID = /^[0-9a-f]{32}$/;
const NO_TRACE = '0'.repeat(32);

/**
 * Reads a message in either of its shapes: the envelope of EventBridge (`detail-type`, `source`, `detail`) or a flat one
 * (`id, type, source, detail, time, trace_id`), with the names of facts in either case.
 */
export function readMessage(body: string): Job {
  const message = parsed(body);
  if (message === undefined) return { kind: 'unreadable', type: 'unknown', reason: 'is no JSON object' };
  const detail = { ...message, ...fieldsOf(message['detail']) };
  const name = textOf(detail, 'type') ?? textOf(message, 'detail-type') ?? '';
  const type = name.toLowerCase();
  const isFact = detail['sequence'] !== undefined;
  if (WAKE_UP_NAMES.includes(type) && !(isFact && type !== WAKE_UP)) return wakeUp(detail);
  const result = PAYMENT_RESULTS.find((known) => known === type);
  if (result !== undefined) return paymentResult(result, detail);
  const fact = RESERVATION_FACTS.find((known) => known === type);
  return fact === undefined ? { kind: 'unreadable', type: 'unknown', reason: `nothing is done about messages of type "${name.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')}"` } : { kind: 'nothing', type: fact };
}

/** Of more characters is nobody's, and would fill the memory of who remembers it; others than these could end the line of a terminal, or hide what stands in it. */
const USABLE_ID = /^[\x21-\x7e]{1,255}$/;

/** The id of a message, by which repetitions are found; undefined where it has none that can be used. */
export function idOfMessage(body: string): string | undefined {
  const message = parsed(body);
  return message === undefined ? undefined : usableIdIn(fieldsOf(message['detail'])) ?? usableIdIn(message);
}

function usableIdIn(fields: Fields): string | undefined {
  const id = textOf(fields, 'id') ?? '';
  return USABLE_ID.test(id) ? id : undefined;
}

function wakeUp(detail: Fields): Job {
  const reservationId = idOf(detail, 'rsv', 'reservation_id');
  if (reservationId === undefined) return { kind: 'unreadable', type: WAKE_UP, reason: 'names no reservation' };
  return { kind: 'hold_due', type: WAKE_UP, reservationId: reservationId as ReservationId, traceId: traceOf(detail) };
}

function paymentResult(type: PaymentResult, detail: Fields): Job {
  const paymentIntentId = idOf(detail, 'pay', 'payment_intent_id') ?? idOf(detail, 'pay', 'payment_id');
  const reservationId = idOf(detail, 'rsv', 'reservation_id');
  if (paymentIntentId === undefined || reservationId === undefined) return { kind: 'unreadable', type, reason: 'names no payment, or no reservation' };
  const messageId = usableIdIn(detail);
  if (messageId === undefined) return { kind: 'unreadable', type, reason: 'has no id of 1 to 255 visible characters' };
  return { kind: 'payment_result', type, messageId, paymentIntentId: paymentIntentId as PaymentIntentId, reservationId: reservationId as ReservationId, traceId: traceOf(detail) };
}

function parsed(body: string): Fields | undefined {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? { ...message } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {});

/** A text by its name in snake_case, or by that in camelCase. */
function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? fields[name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
  return typeof value === 'string' ? value : undefined;
}

function idOf(fields: Fields, prefix: 'rsv' | 'pay', name: string): string | undefined {
  const id = textOf(fields, name);
  return id !== undefined && parseId(prefix, id) !== undefined ? id : undefined;
}

function traceOf(fields: Fields): string {
  const traceId = textOf(fields, 'trace_id') ?? '';
  return TRACE_ID.test(traceId) ? traceId : NO_TRACE;
}
