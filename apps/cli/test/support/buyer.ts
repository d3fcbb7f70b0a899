import { setImmediate as breathe } from 'node:timers/promises';

type Body = Readonly<Record<string, unknown>>;

/** What a buyer bought. */
export interface Bought {
  readonly orderId: string;
  readonly reservationId: string;
  readonly seatIds: readonly string[];
}

const ASK_AGAIN_FOR_MS = 20_000;
const TOO_MANY = 429;

/** Calls the gateway as whoever the token is for; what comes too fast for one user is asked again, as the same request. */
export async function call(gateway: string, token: string, method: string, path: string, body?: Body): Promise<{ readonly status: number; readonly body: Body }> {
  const request = {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  for (const deadline = performance.now() + ASK_AGAIN_FOR_MS; ; await breathe()) {
    const response = await fetch(`${gateway}${path}`, request);
    const answer: Body = JSON.parse(await response.text());
    if (response.status !== TOO_MANY || performance.now() > deadline) return { status: response.status, body: answer };
  }
}

/** Holds the seats, pays and confirms. */
export async function buy(gateway: string, token: string, eventId: string, seatIds: readonly string[]): Promise<Bought> {
  const hold = await call(gateway, token, 'POST', '/api/v1/reservations', { event_id: eventId, seat_ids: seatIds });
  const { reservation_id: id, total_amount: amount, currency } = hold.body;
  const intent = await call(gateway, token, 'POST', '/api/v1/payments/intent', { reservation_id: id, amount, currency });
  const paymentIntentId = intent.body['payment_intent_id'];
  for (let status: unknown; status !== 'COMPLETED'; await breathe()) {
    status = (await call(gateway, token, 'GET', `/api/v1/payments/${String(paymentIntentId)}/status`)).body['status'];
  }
  const confirmed = await call(gateway, token, 'POST', `/api/v1/reservations/${String(id)}/confirm`, { payment_intent_id: paymentIntentId });
  return { orderId: String(confirmed.body['order_id']), reservationId: String(id), seatIds };
}
