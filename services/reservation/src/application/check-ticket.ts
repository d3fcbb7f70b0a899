import { timingSafeEqual } from 'node:crypto';
import { ticketsOf, type TicketStatus } from '../domain/order.ts';
import type { ReservationStore } from '../ports/reservation-store.ts';
import type { TicketSigner } from '../ports/ticket-signer.ts';
import { earlierTicketCode, isEarlierCode } from './ticket-code.ts';
import { orderOfTicket, verifyTicket } from './ticket-signature.ts';

export interface TicketQuestion {
  readonly code: string;
  /** Needed for a code from before codes were signed, which does not say whose it is. */
  readonly ticketId: string | undefined;
}

export interface CheckTicketDeps {
  readonly store: Pick<ReservationStore, 'readOrder'>;
  readonly tickets?: TicketSigner | undefined;
}

export type TicketAnswer =
  | { readonly kind: 'checked'; readonly ticketId: string; readonly orderId: string; readonly eventId: string; readonly seatId: string | undefined; readonly status: TicketStatus }
  | { readonly kind: 'ticket_not_found' };

const NOT_FOUND: TicketAnswer = { kind: 'ticket_not_found' };

/** For whoever stands at a door and is connected: whether a code is a ticket, and whether that is void by now. */
export async function checkTicket({ store, tickets }: CheckTicketDeps, { code, ticketId: named }: TicketQuestion): Promise<TicketAnswer> {
  const verdict = verifyTicket(code, (tickets?.publicKeys ?? []).map((key) => ({ ...key })));
  const ticketId = verdict.kind === 'genuine' ? verdict.ticket.ticketId : isEarlierCode(code) ? named : undefined;
  const orderId = ticketId === undefined ? undefined : orderOfTicket(ticketId);
  const found = orderId === undefined ? undefined : await store.readOrder(orderId);
  const ticket = found === undefined ? undefined : ticketsOf(found.order, found.reservation).find((each) => each.ticketId === ticketId);
  if (found === undefined || ticket === undefined) return NOT_FOUND;
  if (verdict.kind !== 'genuine' && !isSame(code, earlierTicketCode(found.order, ticket.ticketId))) return NOT_FOUND;
  return { kind: 'checked', orderId: found.order.id, eventId: found.reservation.eventId, ...ticket };
}

/** Both are as long as an earlier code. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));
