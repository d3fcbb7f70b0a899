import type { SeatPair } from './pick-seats.ts';

/** What the commands for a newcomer need to know. */
export interface FirstStepsFacts {
  readonly gatewayUrl: string;
  readonly token: string;
  readonly seats: SeatPair;
  /** How long an approval takes, in ms. */
  readonly approveDelayMs: number;
}

/** Longer than the timer that settles a payment may be late. */
const MARGIN_MS = 300;

/**
 * Shell commands, one a line, to be pasted in this order: they hold two seats, pay, and confirm. Ids flow from one to the next through
 * variables, with nothing but curl and sed, so that they work in bash and zsh on a bare machine. Each prints what the platform answered; after a
 * refusal the others ask for nothing and say so.
 */
export function firstSteps({ gatewayUrl, token, seats: { eventId, seatIds }, approveDelayMs }: FirstStepsFacts): readonly string[] {
  const hold = quoted(JSON.stringify({ event_id: eventId, seat_ids: seatIds }));
  const intent = `"{\\"reservation_id\\":\\"$RESERVATION\\",\\"amount\\":$AMOUNT,\\"currency\\":\\"$CURRENCY\\"}"`;
  return [
    `API=${gatewayUrl}/api/v1`,
    `TOKEN=${token}`,
    `HOLD=$(${post('reservations', '"hold-$(date +%s)"', hold)}); echo "$HOLD"`,
    `${text('RESERVATION', 'HOLD', 'reservation_id')}; ${number('AMOUNT', 'HOLD', 'total_amount')}; ${text('CURRENCY', 'HOLD', 'currency')}`,
    `PAYMENT=\${RESERVATION:+$(${post('payments/intent', '"pay-$RESERVATION"', intent)})}; echo "\${PAYMENT:-Nothing is held, so nothing is paid.}"`,
    `${text('PAYMENT_ID', 'PAYMENT', 'payment_intent_id')}; sleep ${Math.ceil((approveDelayMs + MARGIN_MS) / 1000)}`,
    `ORDER=\${PAYMENT_ID:+$(${post('reservations/$RESERVATION/confirm', '"confirm-$RESERVATION"', '"{\\"payment_intent_id\\":\\"$PAYMENT_ID\\"}"')})}; echo "\${ORDER:-Nothing is paid, so nothing is confirmed.}"`,
    `curl -sS "$API/orders" -H "Authorization: Bearer $TOKEN"; echo`,
  ];
}

const post = (path: string, key: string, body: string): string =>
  `curl -sS "$API/${path}" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Idempotency-Key: ${key.replaceAll('"', '')}" -d ${body}`;

/** Takes a field of a JSON answer out of one variable into another, which is empty where there is no such field. */
const text = (variable: string, from: string, field: string): string => `${variable}=$(echo "$${from}" | sed -nE 's/.*"${field}":"([^"]*)".*/\\1/p')`;
const number = (variable: string, from: string, field: string): string => `${variable}=$(echo "$${from}" | sed -nE 's/.*"${field}":([0-9]+).*/\\1/p')`;

const quoted = (json: string): string => `'${json.replaceAll("'", `'\\''`)}'`;
