import { optional, shape, text, word, type Fields, type Route } from '@traffic-tacos/kit';
import { present } from '@traffic-tacos/kernel';
import type { ReservationContext } from '../../application/context.ts';
import { checkTicket } from '../../application/check-ticket.ts';

const FIELDS: Fields = {
  code: { schema: { type: 'string', minLength: 1, maxLength: 2_048 }, required: true },
  ticketId: { schema: { type: 'string', minLength: 1, maxLength: 128 } },
};

const CHECKED = shape('CheckedTicket', { ticketId: text(), orderId: text(), eventId: text(), seatId: optional(text('A-12')), status: word('VALID', 'VOID') });

const KEY = shape('TicketKey', { kty: word('OKP'), crv: word('Ed25519'), x: text(), kid: text(), use: word('sig'), alg: word('EdDSA') });

/** For doors with a connection: what `tacos tickets verify` says without one, and whether the ticket is void by now. */
export function checkTicketRoute(context: ReservationContext): Route {
  return {
    method: 'POST',
    path: '/v1/tickets/check',
    access: 'organizer',
    summary: 'Whether a code is a ticket, and whether that is void',
    body: FIELDS,
    answers: { 200: { description: 'It is a ticket.', body: CHECKED } },
    refusals: ['NOT_FOUND'],
    handle: async ({ body: { code, ticketId } }) => {
      const checked = await checkTicket(context, { code: String(code), ticketId: typeof ticketId === 'string' ? ticketId : undefined });
      if (checked.kind !== 'checked') return { refused: 'NOT_FOUND' };
      const { kind: _kind, ...body } = checked;
      return { status: 200, body };
    },
  };
}

/** `GET /.well-known/ticket-keys.json` (RFC 7517): keys change only with a restart. */
export function ticketKeysRoute({ tickets }: ReservationContext): Route {
  const keys = present(tickets, 'the route is there where tickets are signed').publicKeys;
  return {
    method: 'GET',
    path: '/.well-known/ticket-keys.json',
    access: 'anyone',
    summary: 'Public keys of tickets',
    answers: { 200: { description: 'The keys.', body: shape('TicketKeys', { keys: { type: 'array', items: KEY } }), headers: { 'Cache-Control': 'May be kept for five minutes.' } } },
    refusals: [],
    handle: () => ({ status: 200, headers: { 'cache-control': 'public, max-age=300' }, body: { keys } }),
  };
}
