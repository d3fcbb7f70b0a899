const ANSWER_WITHIN_MS = 10_000;
const ATTEMPTS = 6;
const LONGEST_WAIT_MS = 5_000;

/** What the platform said to one request; `status` 0 where nobody said anything. */
export interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The server's clock; not a number where it does not tell. */
  readonly serverMs: number;
  readonly retryAfterMs: number;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
}

/** The platform that is examined is not one, or lets nobody in. */
export class CannotExamine extends Error {
  override readonly name = 'CannotExamine';
}

/** Asks until there is an answer that says what happened: a repetition with the same key has no second effect. */
export async function send(url: string, request: Request): Promise<Said> {
  let said = await sendOnce(url, request);
  for (let attempt = 1; attempt < ATTEMPTS && isNoAnswer(said); attempt++) {
    await wait(Math.min(LONGEST_WAIT_MS, Math.max(said.retryAfterMs, 50 * 2 ** attempt)));
    said = await sendOnce(url, request);
  }
  return said;
}

/** `PAYMENT_NOT_APPROVED`: its result may be on the way. */
const PASSING: readonly string[] = ['IDEMPOTENCY_IN_PROGRESS', 'PAYMENT_NOT_APPROVED'];

const isNoAnswer = (said: Said): boolean => said.status === 0 || said.status === 429 || said.status >= 500 || PASSING.includes(codeOf(said));

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
    const serverTime = answer.headers.get('x-server-time');
    return {
      status: answer.status, body: objectOf(value), retryAfterMs: Number(answer.headers.get('retry-after') ?? 0) * 1_000,
      serverMs: serverTime === null ? Number.NaN : Number(serverTime),
    };
  } catch (error) {
    return { status: 0, body: { error: { code: error instanceof Error ? error.message : String(error) } }, serverMs: Number.NaN, retryAfterMs: 0 };
  }
}

export const whyOf = (said: Said): string => (said.status === 0 ? `nobody answers (${codeOf(said)})` : `${said.status} ${codeOf(said)}`);

export const codeOf = ({ body }: Said): string => String(objectOf(body['error'])['code'] ?? '');

export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};

/** The objects in a list of the body. */
export function listIn(body: Readonly<Record<string, unknown>>, field: string): readonly Readonly<Record<string, unknown>>[] {
  const list = body[field];
  return Array.isArray(list) ? list.filter((item): item is Readonly<Record<string, unknown>> => typeof item === 'object' && item !== null) : [];
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
