import { SEEN_BY_CODE, SEEN_BY_STATUS, type ChangeAnswer, type Client, type HoldAnswer } from './client.ts';
import { readLeft } from './ground.ts';
import { CannotExamine, codeOf, objectOf, send, whyOf, type Said } from './http.ts';

/** A user of the platform, and how far its clock is ahead of the clients'. */
export interface SignedIn {
  readonly name: string;
  readonly baseUrl: string;
  readonly eventId: string;
  readonly currency: string;
  readonly token: string;
  readonly aheadMs: number;
}

/** A new user of the platform at that address. `now` is the clients' clock. Throws `CannotExamine`. */
export async function register(baseUrl: string, event: { readonly id: string; readonly currency: string }, name: string, password: string, now: () => number): Promise<SignedIn> {
  const said = await send(`${baseUrl}/api/v1/auth/register`, { method: 'POST', body: { username: name, password } });
  const token = said.body['token'];
  if (typeof token !== 'string') throw new CannotExamine(`${name} could not register at ${baseUrl}: ${whyOf(said)}`);
  if (Number.isNaN(said.serverMs)) throw new CannotExamine(`${baseUrl} does not tell its clock (X-Server-Time), so that nobody can say when a hold ends`);
  return { name, baseUrl, eventId: event.id, currency: event.currency, token, aheadMs: said.serverMs - now() };
}

/** A client over HTTP, at the gateway. */
export function httpClient(user: SignedIn): Client {
  const { name, baseUrl, eventId, currency, token } = user;
  const post = (path: string, body: unknown, key?: string): Promise<Said> => send(`${baseUrl}/api/v1/${path}`, { method: 'POST', token, body, ...(key === undefined ? {} : { key }) });
  return {
    name,
    hold: async (wish, key) => {
      const places = 'seats' in wish ? { seat_ids: wish.seats } : { qty: wish.quantity, section: wish.pool };
      const answer = await post('reservations', { event_id: eventId, ...places }, key);
      return 'seats' in wish ? heldOf(answer, wish.seats, 1) : heldOf(answer, [wish.pool], wish.quantity);
    },
    give: async (reservationId) => changeOf(await post(`reservations/${reservationId}/cancel`, {})),
    extend: async (reservationId, seconds) => changeOf(await post(`reservations/${reservationId}/extend`, { extension_seconds: seconds })),
    pay: async (reservationId, amount, key) => {
      const made = await post('payments/intent', { reservation_id: reservationId, amount, currency, scenario: 'APPROVE' }, key);
      const intentId = made.body['payment_intent_id'];
      if (typeof intentId !== 'string') return { intentId: undefined, isSure: isRefusal(made) };
      await post('payments/process', { payment_intent_id: intentId });
      return { intentId, isSure: true };
    },
    confirm: async (reservationId, intentId) => changeOf(await post(`reservations/${reservationId}/confirm`, { payment_intent_id: intentId })),
    look: async (reservationId) => {
      const said = await send(`${baseUrl}/api/v1/reservations/${reservationId}`, { method: 'GET', token });
      return said.status === 200 ? SEEN_BY_STATUS[String(said.body['status'])] : SEEN_BY_CODE[codeOf(said)];
    },
    left: () => readLeft(baseUrl, eventId),
    close: () => undefined,
  };
}

const isRefusal = ({ status }: Said): boolean => status >= 400 && status < 500 && status !== 429;

function heldOf(said: Said, objects: readonly string[], quantity: number): HoldAnswer {
  const { reservation_id: reservationId, hold_expires_at: expiresAt } = said.body;
  if (said.status === 201 && typeof reservationId === 'string' && typeof expiresAt === 'string') {
    return { kind: 'held', reservationId, objects, quantity, lastsMs: Date.parse(expiresAt) - said.serverMs };
  }
  if (codeOf(said) === 'INVENTORY_CONFLICT') return { kind: 'taken', objects };
  if (codeOf(said) === 'SEAT_UNAVAILABLE') return { kind: 'taken', objects: objects.filter((seat) => isNamed(said, seat)) };
  return isRefusal(said) ? { kind: 'refused' } : { kind: 'unknown' };
}

function changeOf(said: Said): ChangeAnswer {
  const expiresAt = said.body['hold_expires_at'];
  if (said.status === 200) return typeof expiresAt === 'string' ? { kind: 'done', lastsMs: Date.parse(expiresAt) - said.serverMs } : { kind: 'done' };
  return isRefusal(said) ? { kind: 'refused', as: SEEN_BY_CODE[codeOf(said)] } : { kind: 'unknown' };
}

/** The details of a refusal name the seats that cannot be had, and why. */
function isNamed({ body }: Said, seat: string): boolean {
  const { details } = objectOf(body['error']);
  return Array.isArray(details) && details.some((detail) => String(objectOf(detail)['reason']).startsWith(`${seat} is `));
}
