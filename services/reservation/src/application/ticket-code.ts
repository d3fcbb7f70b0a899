import { createHmac } from 'node:crypto';
import type { Order } from '../domain/order.ts';

const CODE_CHARS = 32;

/**
 * The code that opens the door for one ticket: 128 bits of HMAC-SHA-256 over the ticket's id, under the order's own random secret, as
 * hex. It can be printed again at any time and cannot be guessed from ids that are shown elsewhere.
 */
export function ticketCode(order: Order, ticketId: string): string {
  const { w0, w1, w2, w3 } = order.ticketSecret;
  const secret = Buffer.from(Uint32Array.of(w0, w1, w2, w3).buffer);
  return createHmac('sha256', secret).update(ticketId).digest('hex').slice(0, CODE_CHARS);
}
