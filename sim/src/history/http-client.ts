import type { Client, GiveAnswer, HoldAnswer } from './recorder.ts';

const ANSWER_WITHIN_MS = 10_000;
const ATTEMPTS = 6;
const LONGEST_WAIT_MS = 5_000;

/** What the platform said to one request; `status` 0 where nobody said anything. */
interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly serverMs: number;
  readonly retryAfterMs: number;
}

/** The platform that is examined is not one, or lets nobody in. */
export class CannotExamine extends Error {
  override readonly name = 'CannotExamine';
}

/** A new user of the platform at that address, who holds places of one event. Throws `CannotExamine`. */
export async function gatewayClient(baseUrl: string, eventId: string, name: string, password: string): Promise<Client> {
  const said = await send(`${baseUrl}/api/v1/auth/register`, { method: 'POST', body: { username: name, password } });
  const token = said.body['token'];
  if (typeof token !== 'string') throw new CannotExamine(`${name} could not register at ${baseUrl}: ${whyOf(said)}`);
  return {
    name,
    hold: async (wish, key) => {
      const places = 'seats' in wish ? { seat_ids: wish.seats } : { qty: wish.quantity, section: wish.pool };
      const answer = await send(`${baseUrl}/api/v1/reservations`, { method: 'POST', token, key, body: { event_id: eventId, ...places } });
      return 'seats' in wish ? heldOf(answer, wish.seats, 1) : heldOf(answer, [wish.pool], wish.quantity);
    },
    give: async (reservationId) => {
      const answer = await send(`${baseUrl}/api/v1/reservations/${reservationId}/cancel`, { method: 'POST', token, body: {} });
      return givenOf(answer);
    },
  };
}

function heldOf(said: Said, objects: readonly string[], quantity: number): HoldAnswer {
  const { reservation_id: reservationId, hold_expires_at: expiresAt } = said.body;
  if (said.status === 201 && typeof reservationId === 'string' && typeof expiresAt === 'string') {
    return { kind: 'held', reservationId, objects, quantity, lastsMs: Date.parse(expiresAt) - said.serverMs };
  }
  if (codeOf(said) === 'INVENTORY_CONFLICT') return { kind: 'taken', objects };
  if (codeOf(said) === 'SEAT_UNAVAILABLE') return { kind: 'taken', objects: objects.filter((seat) => isNamed(said, seat)) };
  return said.status >= 400 && said.status < 500 ? { kind: 'refused' } : { kind: 'unknown' };
}

function givenOf(said: Said): GiveAnswer {
  if (said.status === 200) return 'given';
  return said.status >= 400 && said.status < 500 ? 'refused' : 'unknown';
}

/** The details of a refusal name the seats that cannot be had, and why. */
function isNamed({ body }: Said, seat: string): boolean {
  const { details } = objectOf(body['error']);
  return Array.isArray(details) && details.some((detail) => String(objectOf(detail)['reason']).startsWith(`${seat} is `));
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
}

/** Asks until there is an answer that says what happened: a repetition with the same key has no second effect. */
export async function send(url: string, request: Request): Promise<Said> {
  let said = await sendOnce(url, request);
  for (let attempt = 1; attempt < ATTEMPTS && (said.status === 0 || said.status === 429 || said.status >= 500 || codeOf(said) === 'IDEMPOTENCY_IN_PROGRESS'); attempt++) {
    await wait(Math.min(LONGEST_WAIT_MS, Math.max(said.retryAfterMs, 50 * 2 ** attempt)));
    said = await sendOnce(url, request);
  }
  return said;
}

async function sendOnce(url: string, { method, token, key, body }: Request): Promise<Said> {
  const headers = {
    accept: 'application/json; case=snake',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    const value: unknown = text === '' ? {} : JSON.parse(text);
    return {
      status: answer.status, body: objectOf(value), serverMs: Number(answer.headers.get('x-server-time')), retryAfterMs: Number(answer.headers.get('retry-after') ?? 0) * 1_000,
    };
  } catch (error) {
    return { status: 0, body: { error: { code: error instanceof Error ? error.message : String(error) } }, serverMs: 0, retryAfterMs: 0 };
  }
}

export const whyOf = (said: Said): string => (said.status === 0 ? `nobody answers (${codeOf(said)})` : `${said.status} ${codeOf(said)}`);

const codeOf = ({ body }: Said): string => String(objectOf(body['error'])['code'] ?? '');

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
