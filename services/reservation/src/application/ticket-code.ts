import { createHmac } from 'node:crypto';
import { ticketsOf, type Order, type Ticket } from '../domain/order.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { TicketClaims, TicketSigner } from '../ports/ticket-signer.ts';

const EARLIER_CODE_CHARS = 32;

/**
 * What opens the door for one ticket, to be shown as a QR code: signed, so that it can be verified without the platform. A place without a
 * signer shows the earlier form.
 */
export function ticketCode(order: Order, reservation: Pick<Reservation, 'eventId'>, ticket: Pick<Ticket, 'ticketId' | 'seatId'>, signer: TicketSigner | undefined): string {
  return signer === undefined ? earlierTicketCode(order, ticket.ticketId) : signer.sign(claimsOf(order, reservation, ticket));
}

/** Has the codes of an order that has just been made signed beside everything else: its buyer is about to ask for them. */
export function prepareTickets(order: Order, reservation: Reservation, signer: TicketSigner): void {
  for (const ticket of ticketsOf(order, reservation)) void signer.prepare(claimsOf(order, reservation, ticket));
}

function claimsOf(order: Order, { eventId }: Pick<Reservation, 'eventId'>, { ticketId, seatId }: Pick<Ticket, 'ticketId' | 'seatId'>): TicketClaims {
  const claims = { sub: ticketId, event: eventId, iat: Math.floor(order.createdAtMs / 1_000) };
  return seatId === undefined ? claims : { ...claims, seat: seatId };
}

/**
 * The code that orders showed before codes were signed, and that may be printed on somebody's paper: 128 bits of HMAC-SHA-256 over the
 * ticket's id under the order's own random secret, as hex. Only the platform can tell whether it is right.
 */
export function earlierTicketCode(order: Order, ticketId: string): string {
  const { w0, w1, w2, w3 } = order.ticketSecret;
  const secret = Buffer.from(Uint32Array.of(w0, w1, w2, w3).buffer);
  return createHmac('sha256', secret).update(ticketId).digest('hex').slice(0, EARLIER_CODE_CHARS);
}

export const isEarlierCode = (code: string): boolean => /^[0-9a-f]{32}$/.test(code);
